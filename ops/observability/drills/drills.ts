import { randomUUID } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import type { AlertName } from '../rules/index.ts'
import { beginCertificateDrill, endCertificateDrill } from './certificate.ts'

/** What a drill may do to an installation. */
export interface Installation {
  /** Runs `docker compose` on the product and returns what it printed. */
  compose(...args: string[]): Promise<string>
  /** Runs `docker` and returns what it printed. */
  docker(...args: string[]): Promise<string>
  /** Runs `docker compose` on the observability stack and returns what it printed. */
  observability(...args: string[]): Promise<string>
  /** blue or green: the colour that serves. */
  liveColour(): Promise<string>
  /** Port of the proxy's door on the machine itself. */
  readonly doorPort: number
  /** The public name, to which the API answers. */
  readonly domain: string
}

export interface Drill {
  /** What is broken, for whoever must agree. */
  readonly breaks: string
  readonly pages: AlertName
  /** At the most from the fault to the page, in seconds. */
  readonly withinSeconds: number
  begin(installation: Installation): Promise<void>
  end(installation: Installation): Promise<void>
}

const stopping = (service: (colour: string) => string): Pick<Drill, 'begin' | 'end'> => ({
  begin: async ({ compose, liveColour }) => void (await compose('stop', '--timeout', '2', service(await liveColour()))),
  end: async ({ compose, liveColour }) => void (await compose('start', service(await liveColour()))),
})

async function firstApi({ compose, liveColour }: Installation): Promise<string> {
  const ids = await compose('ps', '--all', '--quiet', `api-${await liveColour()}`)
  return ids.split('\n').sort()[0] ?? ''
}

/** The names of jobs that no release knows: no worker takes them. */
const QUEUE_DRILL = 'drill.nobody-runs-this'

async function psql({ compose }: Installation, statement: string): Promise<void> {
  await compose(
    'exec',
    '-T',
    'postgres',
    'sh',
    '-c',
    `psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "${statement}"`,
  )
}

/** More than the alert's threshold by far, and than the honest logins of ten minutes. */
const LOGINS = 400

export const drills = {
  api: {
    breaks: 'stops every API process: an outage',
    pages: 'ApiDown',
    withinSeconds: 90,
    ...stopping((colour) => `api-${colour}`),
  },
  replica: {
    breaks: 'kills one API process',
    pages: 'ApiReplicaDown',
    withinSeconds: 240,
    begin: async (installation) =>
      void (await installation.docker('stop', '--time', '2', await firstApi(installation))),
    end: async (installation) => void (await installation.docker('start', await firstApi(installation))),
  },
  worker: {
    breaks: 'stops every worker: jobs wait',
    pages: 'WorkersGone',
    withinSeconds: 150,
    ...stopping((colour) => `worker-${colour}`),
  },
  postgres: {
    breaks: 'stops PostgreSQL: an outage',
    pages: 'PostgresDown',
    withinSeconds: 120,
    ...stopping(() => 'postgres'),
  },
  redis: {
    breaks: 'stops Redis: signed-in requests are refused',
    pages: 'RedisDown',
    withinSeconds: 120,
    ...stopping(() => 'redis'),
  },
  queue: {
    breaks: 'puts a job into the queue that nobody can run',
    pages: 'JobsStuck',
    withinSeconds: 240,
    begin: (installation) =>
      psql(
        installation,
        `insert into job (id, name, payload, state, enqueued_at, run_at, available_at) select '${randomUUID()}', '${QUEUE_DRILL}', '{}', 'waiting', '2020-01-01T00:00:00.000Z', '2020-01-01T00:00:00.000Z', '2020-01-01T00:00:00.000Z'`,
      ),
    end: (installation) => psql(installation, `delete from job where name = '${QUEUE_DRILL}'`),
  },
  logins: {
    breaks: `tries ${LOGINS} logins of people who do not exist`,
    pages: 'FailedLoginsSurge',
    withinSeconds: 240,
    begin: floodLogins,
    end: async () => {},
  },
  certificate: {
    breaks: 'has an address of its own probed whose certificate expires within a day',
    pages: 'CertificateExpires',
    withinSeconds: 420,
    begin: beginCertificateDrill,
    end: endCertificateDrill,
  },
} as const satisfies Record<string, Drill>

export type DrillName = keyof typeof drills

async function floodLogins({ doorPort, domain }: Installation): Promise<void> {
  for (let sent = 0; sent < LOGINS; sent += 8) {
    const body = (index: number) => JSON.stringify({ email: `drill-${sent + index}@example.org`, password: 'guessed' })
    await Promise.all(
      Array.from({ length: 8 }, (_, index) => post(doorPort, domain, '/api/v1/auth/login', body(index))),
    )
  }
}

function post(port: number, domain: string, path: string, body: string): Promise<void> {
  return new Promise((succeed, fail) => {
    const headers = { host: domain, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const request = httpRequest({ host: '127.0.0.1', port, path, method: 'POST', headers }, (response) => {
      response.resume()
      response.on('end', succeed)
    })
    request.on('error', fail)
    request.end(body)
  })
}
