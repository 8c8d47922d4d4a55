import { Writable } from 'node:stream'
import pino, { type DestinationStream, type Logger } from 'pino'
import { scrub } from './scrub.ts'
import { stdoutLines } from './stdout-lines.ts'

export type Log = Logger

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

export interface LogSettings {
  readonly level: LogLevel
  /** `json` one object a line, for machines; `text` short lines, for a person at a terminal. */
  readonly format: 'json' | 'text'
  /** Fields on every line, such as the release. */
  readonly base?: Record<string, unknown>
}

/**
 * Structured logs. Names of fields that can hold a secret are redacted wherever they stand, and texts are searched for
 * tokens and mail addresses, so a careless call leaks neither.
 */
export function createLog(settings: LogSettings, destination: DestinationStream = stdoutLines()): Log {
  return pino(
    {
      level: settings.level,
      base: settings.base ?? {},
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: (fields) => scrub(fields) },
      hooks: {
        logMethod(args, method) {
          const [first, ...rest] = args as unknown as [unknown, ...unknown[]]
          const clean = (part: unknown) => (typeof part === 'string' ? (scrub(part) as string) : part)
          return method.apply(this, [clean(first), ...rest.map(clean)] as Parameters<typeof method>)
        },
      },
      serializers: { err: describeError, error: describeError },
    },
    settings.format === 'text' ? textLines(destination) : destination,
  )
}

/** The whole chain of causes with its stacks: for the log, never for a client. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { name, message, stack, cause } = error
  const code = 'code' in error ? { code: error.code } : {}
  return scrub({ name, message, ...code, stack, ...(cause !== undefined && { cause: describeError(cause) }) })
}

function textLines(destination: DestinationStream): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      const { level, time, msg, err, pid: _pid, hostname: _hostname, ...fields } = JSON.parse(String(chunk))
      const details = Object.entries(fields).map(([name, value]) => ` ${name}=${asText(value)}`)
      const failure = err ? `\n${err.stack ?? err.message}` : ''
      destination.write(`${time.slice(11, 19)} ${level.padEnd(5)} ${msg ?? ''}${details.join('')}${failure}\n`)
      done()
    },
  })
}

function asText(value: unknown): string {
  return typeof value === 'string' && !/\s/.test(value) ? value : JSON.stringify(value)
}
