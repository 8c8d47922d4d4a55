/** An expected refusal, rendered as RFC 9457 `application/problem+json`. */
export class Problem extends Error {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly extensions: Readonly<Record<string, unknown>>
  /** Response headers that belong to the refusal, such as `retry-after` (seconds). */
  readonly headers: Readonly<Record<string, string>>

  constructor(fields: ProblemFields, options: { cause?: unknown } = {}) {
    super(fields.detail, options)
    this.name = 'Problem'
    this.code = fields.code
    this.status = fields.status
    this.title = fields.title
    this.extensions = fields.extensions ?? {}
    this.headers = fields.headers ?? {}
  }
}

export interface ProblemFields {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly extensions?: Record<string, unknown>
  readonly headers?: Record<string, string>
}

/** One way to be refused: its stable code, its status and its title, and a call that makes the error. */
export interface ProblemType<P = never> {
  readonly code: string
  readonly status: number
  readonly title: string
  /** What a client should do about it; shown at the problem's documented `type` address. */
  readonly advice: string
  (params: P, cause?: unknown): Problem
}

export interface ProblemDefinition<P> {
  /** `module/kebab-case`; never changes once released, clients branch on it. */
  readonly code: `${string}/${string}`
  readonly status: number
  readonly title: string
  readonly advice: string
  readonly detail: (params: P) => string
  readonly extensions?: (params: P) => Record<string, unknown>
  readonly headers?: (params: P) => Record<string, string>
}

/** Declares a problem once: what is thrown, what is documented and what is rendered cannot differ. */
export function defineProblem<P = void>(definition: ProblemDefinition<P>): ProblemType<P> {
  const { code, status, title, advice } = definition
  const create = (params: P, cause?: unknown) =>
    new Problem(
      {
        code,
        status,
        title,
        detail: definition.detail(params),
        ...(definition.extensions && { extensions: definition.extensions(params) }),
        ...(definition.headers && { headers: definition.headers(params) }),
      },
      { cause },
    )
  return Object.assign(create, { code, status, title, advice })
}
