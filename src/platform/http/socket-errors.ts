import { maxHeaderSize, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Problem } from '#platform/problem/problem.ts'
import { problemDocument } from './error-rendering.ts'
import { headersTooLarge, malformedRequest, requestTimeout } from './problems.ts'
import { securityHeaders } from './security-headers.ts'

/** Answers what is not even a request, such as garbage or endless headers, with a problem, and closes the connection. */
export function answerSocketError(
  error: NodeJS.ErrnoException,
  socket: Socket,
  requestId: string,
): Problem | undefined {
  if (error.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) {
    socket.destroy()
    return undefined
  }
  const problem = problemOf(error)
  const body = JSON.stringify(problemDocument(problem, requestId))
  const headers = [
    ...Object.entries(securityHeaders),
    ['x-request-id', requestId],
    ['date', new Date().toUTCString()],
    ['cache-control', 'no-store'],
    ['content-type', 'application/problem+json'],
    ['content-length', String(Buffer.byteLength(body))],
    ['connection', 'close'],
  ]
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${head}\r\n${body}`)
  return problem
}

function problemOf(error: NodeJS.ErrnoException): Problem {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return headersTooLarge({ maxBytes: maxHeaderSize })
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return requestTimeout()
    default:
      return malformedRequest({ reason: 'The bytes on this connection are not an HTTP request.' }, error)
  }
}

/** True when the answer to an earlier request is on its way: bytes of ours would end up in its middle. */
function isAnswering(socket: Socket): boolean {
  const { _httpMessage: answer } = socket as Socket & { _httpMessage?: { headersSent: boolean } | null }
  return answer?.headersSent === true
}
