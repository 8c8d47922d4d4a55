import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SeenAnswer } from '#support/contract-recorder.ts'
import { findOperation, type OpenApi, operationsOf, readResponse } from '#support/openapi.ts'
import type { Report } from './report.ts'

/**
 * Compares what the tests saw of the API with what its reference declares: an answer that is not declared is a problem
 * of the run; with `isWhole`, what nobody saw is noted.
 */
export function checkContract(directory: string, report: Report, isWhole: boolean): void {
  const seen = readSeen(directory)
  if (seen.length === 0) return
  const document = readReference()
  for (const line of undeclared(document, seen)) report.problem(line)
  if (isWhole) noteUnseen(document, seen, report)
}

function readSeen(directory: string): SeenAnswer[] {
  return readdirSync(directory).flatMap((file) =>
    readFileSync(join(directory, file), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as SeenAnswer),
  )
}

/** As the code in front of us declares it, not as it was last generated. */
function readReference(): OpenApi {
  const args = ['--disable-warning=ExperimentalWarning', 'src/main.ts', 'openapi']
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }))
}

// What no route answers, whatever the address looks like.
const noRoute = 'request/no-such-address'

function undeclared(document: OpenApi, seen: readonly SeenAnswer[]): string[] {
  const lines = seen.flatMap(({ method, url, status, code }) => {
    const found = code === noRoute ? undefined : findOperation(document, method, url)
    if (!found) return []
    const { isDeclared, problems } = readResponse(document, found.operation, String(status))
    if (isDeclared && (code === null || problems.includes(code))) return []
    return [`${found.method} ${found.path} answered ${status} ${code ?? ''}, which its route does not declare.`]
  })
  return [...new Set(lines)]
}

const LINES_SHOWN = 10

function noteUnseen(document: OpenApi, seen: readonly SeenAnswer[], report: Report): void {
  const met = new Set(
    seen.map(({ method, url, status, code }) => {
      const found = findOperation(document, method, url)
      return answerName(found?.operation.operationId, status, code)
    }),
  )
  const own = operationsOf(document).flatMap(({ operation }) =>
    Object.keys(operation.responses).flatMap((status) => {
      const { problems } = readResponse(document, operation, status)
      const codes = problems.length > 0 ? problems.filter((code) => !/^(request|server)\//.test(code)) : [null]
      return codes.map((code) => answerName(operation.operationId, status, code))
    }),
  )
  const unseen = own.filter((name) => !met.has(name))
  report.note(`Contract: ${own.length - unseen.length} of ${own.length} declared answers were seen by tests`)
  for (const name of unseen.slice(0, LINES_SHOWN)) report.note(`  never seen: ${name}`)
  if (unseen.length > LINES_SHOWN) report.note(`  and ${unseen.length - LINES_SHOWN} more`)
}

function answerName(operationId: string | undefined, status: string | number, code: string | null): string {
  return `${operationId ?? '(none)'} ${status}${code === null ? '' : ` ${code}`}`
}
