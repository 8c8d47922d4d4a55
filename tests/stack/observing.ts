import assert from 'node:assert/strict'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '#support/eventually.ts'
import { freePort } from '#support/free-port.ts'
import { type DemoAccounts, readLogins } from './demo-traffic.ts'
import { docker, root } from './docker.ts'
import { domain } from './edge.ts'
import { startMailbox } from './mailbox.ts'
import { createSite, type Site } from './site.ts'

export interface Page {
  readonly status: 'firing' | 'resolved'
  readonly alertname: string
  readonly receivedAt: number
  readonly summary: string
  readonly runbook: string
}

/** The observability stack beside an installation, Grafana left out, with a receiver of its pages on this machine. */
export interface Observability {
  readonly pages: Page[]
  /** Asks Prometheus; the values of the series that answer. */
  query(expr: string): Promise<{ readonly metric: Record<string, string>; readonly value: number }[]>
  /** Runs `docker compose` on it. */
  compose(...args: string[]): Promise<string>
  /** Waits until every target was scraped twice, so that counters have a beginning. */
  untilScraped(): Promise<void>
  remove(): Promise<void>
}

/** Where runbooks are, as an operator would set it. */
export const RUNBOOKS = 'https://wiki.example.org/runbooks'

interface Answer {
  readonly status: string
  readonly error?: string
  readonly data?: {
    readonly result: readonly { readonly metric: Record<string, string>; readonly value: readonly [number, string] }[]
  }
}

const services = [
  'prometheus',
  'alertmanager',
  'node-exporter',
  'postgres-exporter',
  'redis-exporter',
  'blackbox-exporter',
]

export async function observe(site: Site): Promise<Observability> {
  const folder = await mkdtemp(join(tmpdir(), 'lms-observability-'))
  const receiver = await startReceiver()
  const [prometheusPort, alertmanagerPort] = [await freePort(), await freePort()]
  const project = `${site.project}-observability`
  await cp(join(root, 'ops/observability'), join(folder, 'ops/observability'), { recursive: true })
  await cp(join(root, 'docker-compose.observability.yml'), join(folder, 'docker-compose.observability.yml'))
  for (const path of ['prometheus.yml', 'targets/production/caddy.yml', 'targets/production/postgres.yml']) {
    const file = join(folder, 'ops/observability/prometheus', path)
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replaceAll(/\blms-(?=(api|worker|caddy)\b)/g, `${site.project}-`),
    )
  }
  await rm(join(folder, 'ops/observability/prometheus/targets/production/grafana.yml'))
  await mkdir(join(folder, 'metrics'))
  const now = Math.round(Date.now() / 1000)
  await writeFile(
    join(folder, 'metrics/backup.prom'),
    `lms_backup_last_success_timestamp_seconds ${now}\nlms_backup_last_verified_restore_timestamp_seconds ${now}\n`,
  )
  const caddy = await site.compose('ps', '--quiet', 'caddy')
  const address = await docker([
    'inspect',
    '--format',
    `{{(index .NetworkSettings.Networks "${site.project}_monitoring").IPAddress}}`,
    caddy,
  ])
  await writeFile(
    join(folder, 'override.yml'),
    `services:\n  blackbox-exporter:\n    networks: [observability, product]\n    extra_hosts: ['${domain}:${address}']\n`,
  )
  const environment = {
    OBSERVABILITY_PROJECT_NAME: project,
    LMS_NETWORK: `${site.project}_monitoring`,
    ALERTMANAGER_WEBHOOK_URL: `http://host.docker.internal:${receiver.port}/`,
    GRAFANA_ADMIN_PASSWORD: 'not started here',
    PROMETHEUS_PORT: String(prometheusPort),
    ALERTMANAGER_PORT: String(alertmanagerPort),
    SECRETS_DIR: join(site.appDirectory, 'secrets'),
    POSTGRES_EXPORTER_URI: `${site.project}-postgres:5432/lms?sslmode=disable`,
    REDIS_EXPORTER_ADDRESS: `redis://${site.project}-redis:6379`,
    HOST_MOUNT_OPTIONS: 'ro',
    RUNBOOKS_URL: RUNBOOKS,
    PROBE_URL: `http://${domain}:8000/api/v1/courses`,
  }
  const files = ['docker-compose.observability.yml', 'override.yml'].flatMap((file) => ['--file', join(folder, file)])
  const compose = (...args: string[]) =>
    docker(['compose', '--project-name', project, ...files, ...args], {
      ...{ directory: folder, environment, timeoutSeconds: 180 },
    })
  await compose('up', '--detach', '--wait', ...services)
  async function query(expr: string) {
    const response = await fetch(`http://127.0.0.1:${prometheusPort}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query: expr }),
    })
    const answer = (await response.json()) as Answer
    if (answer.status !== 'success') throw new Error(`${expr}: ${answer.error}`)
    return (answer.data?.result ?? []).map(({ metric, value }) => ({ metric, value: Number(value[1]) }))
  }
  return {
    pages: receiver.pages,
    query,
    compose,
    untilScraped: () =>
      eventually(
        async () => {
          const scraped = await query('min(count_over_time(up{job=~"lms_.*"}[10m]))')
          assert.ok((scraped[0]?.value ?? 0) >= 2, 'not scraped twice')
        },
        { timeoutMs: 120_000, everyMs: 2000 },
      ),
    async remove() {
      await compose('down', '--volumes', '--timeout', '3').catch(() => undefined)
      receiver.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** An installation with demo data and its observability stack. */
export async function observeDemo(name: string) {
  const mailbox = await startMailbox()
  const site = await createSite(name, { API_MEMORY: '1G', WORKER_MEMORY: '1G', ...mailbox.settings })
  const undo: (() => Promise<void>)[] = [site.remove, mailbox.close]
  const remove = async () => {
    for (const step of undo) await step()
  }
  try {
    const deployed = await site.deploy()
    assert.equal(deployed.code, 0, deployed.stdout + deployed.stderr)
    const printed = await site.compose('run', '--rm', '-T', '-e', 'ENVIRONMENT=staging', 'operator', 'seed-demo')
    const accounts: DemoAccounts = readLogins(printed)
    assert.ok(accounts.emails.length >= 3, printed)
    // Redis counts its errors by their kind, each from its first on.
    await site.compose('exec', '-T', 'redis', 'redis-cli', 'no-such-command')
    const observed = await observe(site)
    undo.unshift(observed.remove)
    return { site, observed, accounts, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

async function startReceiver() {
  const pages: Page[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { alerts } = JSON.parse(Buffer.concat(chunks).toString()) as {
      alerts: { status: Page['status']; labels: Record<string, string>; annotations: Record<string, string> }[]
    }
    for (const { status, labels, annotations } of alerts) {
      const { summary = '', runbook_url: runbook = '' } = annotations
      pages.push({ status, alertname: labels.alertname ?? '', receivedAt: performance.now(), summary, runbook })
    }
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve))
  const address = server.address()
  return { pages, port: typeof address === 'object' ? address?.port : 0, close: () => server.close() }
}
