import createFetchClient, { type Client, type Middleware } from 'openapi-fetch'
import type { paths } from './schema.d.ts'

/** A refusal of the API: RFC 9457 with our own fields. Branch on `type`, which never changes. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail?: string
  readonly instance?: string
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[]
}

export interface LmsClientOptions {
  /** Where the product is served, such as `https://lms.example.com`. */
  readonly baseUrl: string
  /** Asked before every request; null for a visitor. Renewing an expired token is up to it. */
  readonly accessToken?: () => string | null | Promise<string | null>
  readonly fetch?: typeof fetch
}

export type LmsClient = Client<paths>

/**
 * A client whose paths, parameters, bodies and answers are checked by the compiler: `client.GET('/api/v1/courses')`
 * resolves to `{ data, error, response }`, where exactly one of `data` and `error` is there.
 */
export function createLmsClient({ baseUrl, accessToken, fetch }: LmsClientOptions): LmsClient {
  const client = createFetchClient<paths>({ baseUrl, ...(fetch && { fetch }) })
  if (accessToken) client.use(authentication(accessToken))
  return client
}

/** True for what the API says when it refuses, whatever the status. */
export function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'type' in error && 'status' in error && 'title' in error
}

function authentication(accessToken: NonNullable<LmsClientOptions['accessToken']>): Middleware {
  return {
    async onRequest({ request }) {
      const token = await accessToken()
      if (token !== null) request.headers.set('authorization', `Bearer ${token}`)
      return request
    },
  }
}
