/** The parts of our OpenAPI document that tests read. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly responses: Readonly<Record<string, Response>> }
}

export interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly tags?: readonly string[]
  readonly security?: unknown
  readonly responses: Readonly<Record<string, Response>>
}

interface Response {
  readonly $ref?: string
  readonly content?: unknown
  readonly 'x-problems'?: readonly string[]
}

export interface LocatedOperation {
  /** Upper case. */
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

export function operationsOf(document: OpenApi): LocatedOperation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )
}

/** What an operation declares for a status; undefined `isDeclared` is false and there are no problems. */
export function readResponse(
  document: OpenApi,
  operation: Operation,
  status: string,
): { isDeclared: boolean; problems: readonly string[] } {
  const declared = operation.responses[status]
  const name = declared?.$ref?.split('/').at(-1)
  const response = name === undefined ? declared : document.components.responses[name]
  return { isDeclared: response !== undefined, problems: response?.['x-problems'] ?? [] }
}

/** The operation that answers `method` at `url`; a fixed part of a path wins over a parameter. */
export function findOperation(document: OpenApi, method: string, url: string): LocatedOperation | undefined {
  const parts = (url.split('?')[0] ?? '').split('/')
  const candidates = operationsOf(document).filter((one) => one.method === method && fits(one.path.split('/'), parts))
  return candidates.sort((a, b) => countParameters(a.path) - countParameters(b.path))[0]
}

function fits(template: readonly string[], parts: readonly string[]): boolean {
  return template.length === parts.length && template.every((one, index) => one.startsWith('{') || one === parts[index])
}

const countParameters = (path: string) => path.split('{').length
