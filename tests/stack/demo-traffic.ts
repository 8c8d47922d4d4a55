import { request as httpsRequest } from 'node:https'
import { domain } from './edge.ts'

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

/** One request through the public door, as a client far away would send it. */
export function ask(
  port: number,
  method: string,
  path: string,
  { body, token }: { readonly body?: unknown; readonly token?: string } = {},
): Promise<Answer> {
  return new Promise((succeed, fail) => {
    const text = body === undefined ? '' : JSON.stringify(body)
    const headers = {
      host: domain,
      ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    }
    const options = { host: '127.0.0.1', port, path, method, headers, servername: domain, rejectUnauthorized: false }
    const request = httpsRequest(options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const content = Buffer.concat(chunks).toString()
        const isJson = /json/.test(response.headers['content-type'] ?? '') && content !== ''
        succeed({ status: response.statusCode ?? 0, body: isJson ? JSON.parse(content) : {} })
      })
    })
    request.on('error', fail)
    request.end(text)
  })
}

export interface DemoAccounts {
  readonly password: string
  readonly emails: readonly string[]
}

/** The logins that `seed-demo` prints. */
export function readLogins(output: string): DemoAccounts {
  const password = /with the password (\S+) as/.exec(output)?.[1] ?? ''
  return { password, emails: [...output.matchAll(/\S+@\S+/g)].map(([email]) => email) }
}

/** What students, staff and strangers do, once: reading, learning, wrong passwords, wrong addresses. */
export async function playRound(port: number, { emails, password }: DemoAccounts): Promise<Answer[]> {
  const answers: Answer[] = []
  const say = async (...args: Parameters<typeof ask>) => {
    const answer = await ask(...args)
    answers.push(answer)
    return answer
  }
  for (const email of emails) {
    const login = await say(port, 'POST', '/api/v1/auth/login', { body: { email, password } })
    const token = String((login.body as { accessToken?: string }).accessToken ?? '')
    for (const path of ['/users/me', '/me/dashboard', '/courses', '/enrollments', '/me/enrollments']) {
      await say(port, 'GET', `/api/v1${path}`, { token })
    }
    await say(port, 'GET', '/api/v1/admin/users', { token })
  }
  await say(port, 'POST', '/api/v1/auth/login', { body: { email: 'stranger@example.org', password: 'guessed' } })
  await say(port, 'GET', '/api/v1/users/me', { token: 'not.a.token' })
  await say(port, 'GET', '/wp-login.php')
  for (let count = 0; count < 5; count++) await say(port, 'GET', '/api/v1/courses')
  return answers
}
