import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '#support/free-port.ts'
import { docker, root, run } from './docker.ts'
import { domain } from './edge.ts'
import type { Site } from './site.ts'

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
  /** Has the public address probed without TLS, or with a certificate that is good for twelve hours only. */
  probe(scheme: 'http' | 'https'): Promise<void>
  remove(): Promise<void>
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
  const environment = (probe: string) => ({
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
    PROBE_URL: probe,
    PROBE_MODULE: 'public_insecure',
  })
  const compose = (probe: string, ...args: string[]) =>
    docker(
      ['compose', '-f', join(folder, 'docker-compose.observability.yml'), '-f', join(folder, 'override.yml'), ...args],
      { directory: folder, environment: environment(probe), timeoutSeconds: 180 },
    )
  const inner = `http://${domain}:8000/api/v1/courses`
  await compose(inner, 'up', '--detach', '--wait', ...services)
  return {
    pages: receiver.pages,
    async query(expr) {
      const response = await fetch(`http://127.0.0.1:${prometheusPort}/api/v1/query`, {
        method: 'POST',
        body: new URLSearchParams({ query: expr }),
      })
      const answer = (await response.json()) as {
        status: string
        error?: string
        data?: { result: { metric: Record<string, string>; value: [number, string] }[] }
      }
      if (answer.status !== 'success') throw new Error(`${expr}: ${answer.error}`)
      return (answer.data?.result ?? []).map(({ metric, value }) => ({ metric, value: Number(value[1]) }))
    },
    async probe(scheme) {
      const address = scheme === 'http' ? inner : `https://${domain}/api/v1/courses`
      await compose(address, 'up', '--detach', '--wait', 'prometheus')
    },
    async remove() {
      await run(
        'docker',
        [
          'compose',
          '--project-name',
          project,
          '-f',
          join(folder, 'docker-compose.observability.yml'),
          'down',
          '--volumes',
          '--timeout',
          '3',
        ],
        { directory: folder, environment: environment(inner), timeoutSeconds: 180 },
      )
      receiver.close()
      await rm(folder, { recursive: true, force: true })
    },
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
