import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { parseArgs, parseEnv } from 'node:util'
import { type DrillName, drills, type Installation } from './drills/drills.ts'

const help = `Usage: npm run drill -- NAME [--yes] [--directory FOLDER]

Breaks one thing on an installation, waits until Alertmanager has the alert, mends it, and waits until the alert is gone.
Look whether the page reached you.

${Object.entries(drills)
  .map(([name, { breaks, pages }]) => `  ${name.padEnd(12)}${breaks}; pages ${pages}`)
  .join('\n')}

  --yes               does not ask first
  --directory FOLDER  where the installation is, with its .env; default: APP_DIR, or this folder

ALERTMANAGER_URL says where Alertmanager answers; default: http://localhost:ALERTMANAGER_PORT, or 9093.
`

process.exitCode = await main()

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { yes: { type: 'boolean' }, directory: { type: 'string' }, help: { type: 'boolean' } },
  })
  const [name = ''] = positionals
  if (values.help || !Object.hasOwn(drills, name)) {
    process.stdout.write(help)
    return values.help ? 0 : 2
  }
  const drill = drills[name as DrillName]
  if (!values.yes && !(await agreed(`This ${drill.breaks}. Go on? Type ${name}: `, name))) return 1
  process.chdir(values.directory ?? process.env.APP_DIR ?? '.')
  const installation = here()
  const alertmanager = process.env.ALERTMANAGER_URL ?? `http://localhost:${setting('ALERTMANAGER_PORT') ?? 9093}`
  const startedAt = performance.now()
  await drill.begin(installation)
  try {
    await waitFor(alertmanager, drill.pages, true, drill.withinSeconds + 60)
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    process.stdout.write(`${drill.pages} fires, ${seconds} s after the fault began. Mending it.\n`)
  } finally {
    await drill.end(installation)
  }
  await waitFor(alertmanager, drill.pages, false, 2400)
  process.stdout.write(`${drill.pages} is gone. Did a page and its end reach you?\n`)
  return 0
}

async function agreed(question: string, name: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question(question)
  terminal.close()
  return answer.trim() === name
}

function here(): Installation {
  const run = (command: string, args: readonly string[]) => execFileSync(command, args, { encoding: 'utf8' }).trim()
  return {
    compose: async (...args) => run('docker', ['compose', '-f', 'docker-compose.prod.yml', ...args]),
    docker: async (...args) => run('docker', args),
    observability: async (...args) => run('docker', [...observability(), ...args]),
    liveColour: async () => readFileSync('live/colour', 'utf8').trim(),
    doorPort: Number(setting('VM_PORT') ?? 8000),
    domain: setting('APP_DOMAIN') ?? 'localhost',
  }
}

/** Named in the command, since COMPOSE_PROJECT_NAME in .env, which is the product's, would win over the file's name. */
function observability(): string[] {
  const project = setting('OBSERVABILITY_PROJECT_NAME') ?? 'lms-observability'
  return ['compose', '--project-name', project, '--file', 'docker-compose.observability.yml']
}

/** As Compose reads it: from the environment, or from .env. */
function setting(name: string): string | undefined {
  return process.env[name] ?? parseEnv(readFileSync('.env', 'utf8'))[name]
}

async function waitFor(alertmanager: string, alert: string, fires: boolean, seconds: number): Promise<void> {
  const deadline = performance.now() + seconds * 1000
  while (performance.now() < deadline) {
    const response = await fetch(`${alertmanager}/api/v2/alerts?active=true&filter=alertname=${alert}`)
    if (((await response.json()) as unknown[]).length > 0 === fires) return
    await new Promise((resolve) => setTimeout(resolve, 2000))
  }
  throw new Error(`${alert} ${fires ? 'did not fire' : 'still fires'} after ${seconds} s.`)
}
