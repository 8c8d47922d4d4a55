import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What an answer holds; the suite asserts each field it reads. */
// biome-ignore lint/suspicious/noExplicitAny: a black box knows no types of the product
export type Json = any

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Json
}

export type Client = ReturnType<typeof createClient>

/** Speaks to the API as any client would: JSON over HTTP, a bearer token, nothing else. */
export function createClient(url: string, token?: string) {
  async function call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
  }

  /** Like `call`, and asserts the status; the message shows the whole answer. */
  async function expect(
    status: number,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Json> {
    const answer = await call(method, path, body, headers)
    assert.equal(answer.status, status, `${method} ${path} → ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  /** The bytes of a successful answer that is no JSON. */
  async function download(path: string): Promise<Buffer> {
    const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {}
    const response = await fetch(`${url}/api/v1${path}`, { headers, signal: AbortSignal.timeout(15_000) })
    assert.equal(response.status, 200, `GET ${path} → ${response.status}`)
    return Buffer.from(await response.arrayBuffer())
  }

  return { token, call, expect, download }
}

export interface Credentials {
  readonly email: string
  readonly password: string
}

export async function logIn(url: string, { email, password }: Credentials): Promise<Client> {
  const { accessToken } = await createClient(url).expect(200, 'POST', '/auth/login', { email, password })
  return createClient(url, accessToken)
}

/** The texts of all mails to `address` that were written to files so far. */
export async function mailsTo(dataDirectory: string, address: string): Promise<string[]> {
  const directory = join(dataDirectory, 'mail')
  const names = await readdir(directory).catch(() => [])
  const mails = await Promise.all(
    names.filter((name) => name.endsWith('.eml')).map((name) => readFile(join(directory, name), 'utf8')),
  )
  return mails.filter((mail) => mail.includes(`To: ${address}`))
}

/** The token in the link of a mail, which is in one piece in the file. */
export function tokenIn(mail: string): string {
  const token = /[?&]token=(?:3D)?([\w.-]+)/.exec(mail)?.[1]
  assert.ok(token, `no token in ${mail}`)
  return token
}
