import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'

/** One request of a scenario; the host is added when it is written down. */
export interface BenchRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly token?: string
  readonly body?: string
}

/**
 * Writes requests as they go over the wire, each behind a line with its length in bytes: wrk's script can send them
 * without making anything.
 */
export function writeRequests(file: string, host: string, requests: Iterable<BenchRequest>): void {
  const handle = openSync(file, 'w')
  try {
    let pending: string[] = []
    for (const request of requests) {
      const wire = onTheWire(request, host)
      pending.push(`${Buffer.byteLength(wire)}\n${wire}`)
      if (pending.length < 1000) continue
      writeSync(handle, pending.join(''))
      pending = []
    }
    writeSync(handle, pending.join(''))
  } finally {
    closeSync(handle)
  }
}

/** The requests of such a file, for a generator that makes its own bytes. */
export function readRequests(
  file: string,
): { method: string; path: string; headers: Record<string, string>; body: string }[] {
  const bytes = readFileSync(file)
  const requests = []
  for (let at = 0; at < bytes.length; ) {
    const lineEnd = bytes.indexOf('\n', at)
    const length = Number(bytes.toString('latin1', at, lineEnd))
    const [head = '', body = ''] = bytes.toString('utf8', lineEnd + 1, lineEnd + 1 + length).split('\r\n\r\n')
    const [first = '', ...lines] = head.split('\r\n')
    const [method = '', path = ''] = first.split(' ')
    const headers = Object.fromEntries(lines.map((line) => line.split(': ') as [string, string]))
    requests.push({ method, path, headers, body })
    at = lineEnd + 1 + length
  }
  return requests
}

function onTheWire({ method, path, token, body }: BenchRequest, host: string): string {
  const headers = [
    `Host: ${host}`,
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
    ...(body === undefined ? [] : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`]),
    ...(method === 'POST' && body === undefined ? ['Content-Length: 0'] : []),
  ]
  return `${method} ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${body ?? ''}`
}
