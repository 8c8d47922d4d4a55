import { STATUS_CODES } from 'node:http'
import type { FastifySchema, RouteOptions } from 'fastify'
import { ProblemDocument } from '../problem-responses.ts'
import { OpenApiComponents } from './openapi-components.ts'
import { catalogueOf, type ProblemEntry, problemsOf } from './problem-catalogue.ts'

export interface ReferenceInfo {
  readonly title: string
  readonly version: string
  /** Markdown. */
  readonly description: string
  /** Each tag of a route with a sentence, in the order of the reference. */
  readonly tags: readonly { readonly name: string; readonly description: string }[]
}

type Json = Readonly<Record<string, unknown>>

/** An OpenAPI 3.1 document of every route below `prefix` that is not hidden, with every problem each can answer. */
export function openApiDocument(routes: readonly RouteOptions[], prefix: string, info: ReferenceInfo): Json {
  const components = new OpenApiComponents()
  const documented = routes.filter(({ url, schema }) => url.startsWith(`${prefix}/`) && !schema?.hide)
  const paths: Record<string, Record<string, Json>> = {}
  for (const route of documented) {
    const path = route.url.replaceAll(/:(\w+)/g, '{$1}')
    const operation = operationOf(route, components)
    const methods = [route.method].flat().map((method) => [method.toLowerCase(), operation])
    paths[path] = { ...paths[path], ...Object.fromEntries(methods) }
  }
  const { tags, ...rest } = info
  return {
    openapi: '3.1.1',
    info: { ...rest, license: { name: 'MIT', identifier: 'MIT' } },
    tags,
    paths,
    components: {
      schemas: sortedByName(components.schemas),
      responses: sortedByName(components.responses),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The `accessToken` of a login.' },
      },
    },
    'x-problems': catalogueOf(documented),
  }
}

function operationOf(route: RouteOptions, components: OpenApiComponents): Json {
  const schema = route.schema ?? {}
  const parameters = [
    ...parametersOf('path', pathParameters(route), components),
    ...parametersOf('query', schema.querystring, components),
    ...parametersOf('header', schema.headers, components),
    ...(route.config?.idempotent ? [idempotencyKey] : []),
    ...(route.config?.versioned ? [route.method === 'GET' ? ifNoneMatch : ifMatch] : []),
  ]
  return {
    ...(schema.tags && { tags: schema.tags }),
    ...(schema.summary && { summary: schema.summary }),
    ...(schema.description && { description: schema.description }),
    operationId: schema.operationId,
    ...(schema.security && { security: schema.security }),
    ...(parameters.length > 0 && { parameters }),
    ...(schema.body !== undefined && {
      requestBody: { required: true, content: contentOf(schema.body, 'request', components) },
    }),
    responses: responsesOf(route, components),
  }
}

function pathParameters({ url, schema }: RouteOptions): unknown {
  if (schema?.params) return schema.params
  const names = [...url.matchAll(/:(\w+)/g)].map(([, name]) => name)
  return { properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) }
}

function parametersOf(place: 'path' | 'query' | 'header', schema: unknown, components: OpenApiComponents): Json[] {
  if (!schema) return []
  // Parameters are listed one by one, so an $id of the whole is of no use.
  const { $id: _name, ...open } = schema as Json
  const { properties = {}, required = [] } = components.convert(open, 'request') as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    ...(description !== undefined && { description }),
    required: place === 'path' || required.includes(name),
    schema: rest,
  }))
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'A new random value for every intention, such as a UUID. The same request sent again with it within 24 hours has no second effect and gets the first response, marked by `Idempotency-Replayed: true`.',
  required: false,
  schema: { type: 'string', minLength: 1, maxLength: 255 },
}

const ifMatch = {
  name: 'If-Match',
  in: 'header',
  description: 'The ETag of the version that was changed; refused with 412 when there is a newer one.',
  required: false,
  schema: { type: 'string' },
}

const ifNoneMatch = {
  name: 'If-None-Match',
  in: 'header',
  description: 'The ETag of the version that the client has; answered with 304 when it is still the newest.',
  required: false,
  schema: { type: 'string' },
}

function responsesOf(route: RouteOptions, components: OpenApiComponents): Json {
  const declared = (route.schema?.response ?? {}) as Record<string, Json>
  const responses: Record<string, Json> = {}
  for (const [status, schema] of Object.entries(declared)) {
    if (!schema['x-problems']) responses[status] = successOf(Number(status), schema, route, components)
  }
  if (route.config?.versioned && route.method === 'GET') responses[304] = { description: 'The client has it already.' }
  const problems = Map.groupBy(problemsOf(route), (problem) => problem.status)
  for (const [status, group] of problems) responses[status] = refusalOf(group, responses[status], components)
  return Object.fromEntries(Object.entries(responses).sort(([a], [b]) => Number(a) - Number(b)))
}

function successOf(status: number, schema: Json, { config }: RouteOptions, components: OpenApiComponents): Json {
  const headers = {
    ...(config?.idempotent && { 'Idempotency-Replayed': header('`true` when this is a kept response.') }),
    ...(config?.versioned && { ETag: header('The version of this representation.') }),
  }
  return {
    description: schema.description ?? STATUS_CODES[status] ?? 'Answer',
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(schema.type !== 'null' && { content: contentOf(schema, 'response', components) }),
  }
}

const header = (description: string) => ({ description, schema: { type: 'string' } })

/** A refusal, beside the answer that a route may give with the same status (readiness and 503). */
function refusalOf(problems: readonly ProblemEntry[], answer: Json | undefined, components: OpenApiComponents): Json {
  const codes = [...new Map(problems.map((problem) => [problem.code, problem])).values()]
  const lines = codes.map(({ code, title }) => `[\`${code}\`](/problems/${code}) ${title}`)
  const own = answer ? [String(answer.description)] : []
  const refusal = {
    ...answer,
    description: [...own, ...lines].join('  \n'),
    content: {
      ...(answer?.content as Json | undefined),
      'application/problem+json': {
        schema: components.convert(ProblemDocument, 'response'),
        ...(codes[0] && { example: exampleOf(codes[0]) }),
      },
    },
    'x-problems': codes.map(({ code }) => code),
  }
  return answer ? refusal : components.share(codes.map(({ code }) => code.replace('/', '.')).join('_'), refusal)
}

function exampleOf({ code, title, status }: ProblemEntry): Json {
  return { type: `/problems/${code}`, title, status }
}

function contentOf(schema: unknown, direction: 'request' | 'response', components: OpenApiComponents): Json {
  const { content } = schema as { content?: Record<string, { schema: FastifySchema }> }
  const byType = content ?? { 'application/json': { schema } }
  return Object.fromEntries(
    Object.entries(byType).map(([type, media]) => [type, { schema: components.convert(media.schema, direction) }]),
  )
}

function sortedByName(schemas: Record<string, Json>): Record<string, Json> {
  return Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)))
}
