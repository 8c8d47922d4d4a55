import { cpus, release, totalmem, uptime } from 'node:os'
import { ConfigError, loadConfig } from '../config.ts'
import { effectiveConfiguration } from '../config-reference.ts'
import { diagnose } from '../doctor/diagnosis.ts'
import { redactionOfValues } from '../doctor/redaction.ts'
import { reasonOf } from '../start-error.ts'
import { lastLogLines } from './log-lines.ts'

export interface BundleRequest {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly secrets: readonly string[]
  /** Where the running product answers, such as `http://127.0.0.1:8000`. */
  readonly url: string
  readonly logPath: string | undefined
  readonly logLines: number
  readonly timeoutMs: number
}

/** The files of a support bundle by name. Each exists always: what could not be had says why. No secret is in them. */
export async function supportFiles(request: BundleRequest): Promise<Record<string, string>> {
  const { environment, url, timeoutMs, logPath } = request
  const redact = redactionOfValues(request.secrets)
  const results = await diagnose(environment, timeoutMs)
  const files = {
    'README.txt': readme(url, logPath),
    'configuration.txt': configuration(environment),
    'versions.json': json(versions()),
    'doctor.json': json(results),
    'readiness.json': await textAt(`${url}/api/v1/ready`, timeoutMs),
    'metrics.txt': await textAt(`${url}/metrics`, timeoutMs),
    'log.txt': logPath === undefined ? 'no file was given: --log FILE\n' : await logOf(logPath, request.logLines),
  }
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, redact(text)]))
}

function readme(url: string, logPath: string | undefined): string {
  return `What whoever helps with this LMS Backend needs to know. Secrets are replaced by “(hidden)” or “[redacted]”; in log
lines mail addresses are, too. Look through it before you hand it on: names and ids may be in log lines.

configuration.txt  the settings in effect
versions.json      runtime and machine
doctor.json        what “doctor” found
readiness.json     ${url}/api/v1/ready
metrics.txt        ${url}/metrics
log.txt            ${logPath ?? 'nothing: no file was given'}
`
}

function configuration(environment: BundleRequest['environment']): string {
  try {
    return effectiveConfiguration(loadConfig(environment))
  } catch (error) {
    if (error instanceof ConfigError) return `${error.message}\n`
    throw error
  }
}

function versions() {
  return {
    ...process.versions,
    platform: `${process.platform} ${release()} ${process.arch}`,
    processors: cpus().length,
    memoryBytes: totalmem(),
    uptimeSeconds: Math.round(uptime()),
    at: new Date().toISOString(),
  }
}

async function textAt(url: string, timeoutMs: number): Promise<string> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
    return await answer.text()
  } catch (error) {
    const cause = error instanceof Error && error.cause ? error.cause : error
    return `${url} does not answer: ${reasonOf(cause)}\n`
  }
}

async function logOf(path: string, count: number): Promise<string> {
  try {
    return await lastLogLines(path, count)
  } catch (error) {
    return `${path} cannot be read: ${reasonOf(error)}\n`
  }
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`
