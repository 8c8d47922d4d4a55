import fc, { type Arbitrary } from 'fast-check'
import { arbitraryOf, type JsonSchema, nastyValue, type Resolve } from './schema-arbitrary.ts'

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly schema: JsonSchema
}

interface Response {
  readonly $ref?: string
  readonly 'x-problems'?: string[]
}

export interface OpenApi {
  readonly paths: Record<string, Record<string, OperationObject>>
  readonly components?: { schemas?: Record<string, JsonSchema>; responses?: Record<string, Response> }
}

interface OperationObject {
  readonly operationId: string
  readonly parameters?: Parameter[]
  readonly requestBody?: { content: Record<string, { schema: JsonSchema }> }
  readonly responses: Record<string, Response>
}

export interface Operation {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly parameters: readonly Parameter[]
  readonly bodySchema: JsonSchema | undefined
  /** Status → problem codes that are documented for it. */
  readonly documented: ReadonlyMap<number, readonly string[]>
}

export interface FuzzRequest {
  readonly operation: Operation
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: unknown
}

/** Every operation of the document that takes JSON or no body. */
export function operationsOf(document: OpenApi): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]): Operation[] => {
      const content = operation.requestBody?.content
      if (content && !content['application/json']) return []
      return [
        {
          id: operation.operationId,
          method: method.toUpperCase(),
          path,
          parameters: operation.parameters ?? [],
          bodySchema: content?.['application/json']?.schema,
          documented: new Map(
            Object.entries(operation.responses).map(([status, response]) => [
              Number(status),
              problemsOf(document, response),
            ]),
          ),
        },
      ]
    }),
  )
}

function problemsOf(document: OpenApi, response: Response): string[] {
  const whole = response.$ref ? document.components?.responses?.[response.$ref.split('/').at(-1) ?? ''] : response
  return whole?.['x-problems'] ?? []
}

/** Requests to one operation. `known(name)` are ids of things that exist, by the name of the parameter. */
export function requestsTo(
  operation: Operation,
  resolve: Resolve,
  known: (name: string) => string[],
): Arbitrary<FuzzRequest> {
  const path = fc.record(
    Object.fromEntries(inPlace('path').map((one) => [one.name, arbitraryOf(one.schema, resolve, known, one.name)])),
  )
  const query = fc.record(
    Object.fromEntries(inPlace('query').map((one) => [one.name, arbitraryOf(one.schema, resolve, known, one.name)])),
    {
      requiredKeys: inPlace('query')
        .filter((one) => one.required)
        .map((one) => one.name),
    },
  )
  const headers = fc.record(
    {
      'if-match': fc.constantFrom('"1"', '"2"', '*', 'x', ''),
      'idempotency-key': fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 }),
      'if-none-match': fc.constantFrom('"1"', '*'),
    },
    { requiredKeys: [] },
  )
  const body = operation.bodySchema
    ? fc.oneof(
        { weight: 30, arbitrary: arbitraryOf(operation.bodySchema, resolve, known) },
        { weight: 1, arbitrary: nastyValue },
      )
    : fc.constant(undefined)
  return fc.record({ path, query, headers, body }).map((parts) => ({
    operation,
    url: urlOf(operation.path, parts.path as Record<string, unknown>, parts.query as Record<string, unknown>),
    headers: parts.headers as Record<string, string>,
    body: parts.body,
  }))

  function inPlace(place: Parameter['in']): Parameter[] {
    return operation.parameters.filter((parameter) => parameter.in === place)
  }
}

function urlOf(path: string, values: Record<string, unknown>, query: Record<string, unknown>): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => encode(values[name]))
  const search = Object.entries(query).map(([name, value]) => `${name}=${encode(value)}`)
  return search.length > 0 ? `${filled}?${search.join('&')}` : filled
}

function encode(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return encodeURIComponent((text ?? '').toWellFormed())
}
