import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LightMyRequestResponse } from 'fastify'
import type { Server } from '#platform/http/server.ts'

/** One kind of answer that a test saw. */
export interface SeenAnswer {
  readonly method: string
  readonly url: string
  readonly status: number
  /** The problem's code; null for what is no problem. */
  readonly code: string | null
}

const alreadySeen = new Set<string>()

/**
 * Notes in TEST_CONTRACT_DIR what the server answers to injected requests, so that the test run can compare it with
 * what the API reference declares. Without that variable it does nothing.
 */
export function recordAnswers(server: Server): void {
  const directory = process.env.TEST_CONTRACT_DIR
  if (!directory) return
  const inject = server.inject.bind(server) as (...args: unknown[]) => Promise<LightMyRequestResponse>
  const recording = async (...args: unknown[]) => {
    const response = await inject(...args)
    note(directory, response)
    return response
  }
  server.inject = recording as typeof server.inject
}

function note(directory: string, { raw, statusCode, headers, body }: LightMyRequestResponse): void {
  const { method = '', url = '' } = raw.req
  const isProblem = body !== '' && String(headers['content-type']).startsWith('application/problem+json')
  const code = isProblem ? (JSON.parse(body).type as string).replace('/problems/', '') : null
  const path = url.split('?')[0] ?? ''
  const key = `${method} ${path.replaceAll(/[0-9a-f-]{36}/g, '')} ${statusCode} ${code}`
  if (alreadySeen.has(key)) return
  alreadySeen.add(key)
  const seen: SeenAnswer = { method, url: path, status: statusCode, code }
  appendFileSync(join(directory, `${process.pid}.jsonl`), `${JSON.stringify(seen)}\n`)
}
