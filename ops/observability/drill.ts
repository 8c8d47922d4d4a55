import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { parseArgs, parseEnv } from 'node:util'
import { type DrillName, drills, type Installation } from './drills/drills.ts'

const help = `Usage: npm run drill -- NAME [--yes]

Breaks one thing on the installation in this folder, waits until Alertmanager has the alert, mends it, and waits until
the alert is gone. Run it in the folder of the release; look whether the page reached you.

${Object.entries(drills)
  .map(([name, { breaks, pages }]) => `  ${name.padEnd(10)}${breaks}; pages ${pages}`)
  .join('\n')}

  --yes   does not ask first
`

const alertmanager = process.env.ALERTMANAGER_URL ?? 'http://localhost:9093'

process.exitCode = await main()

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { yes: { type: 'boolean' }, help: { type: 'boolean' } },
  })
  const [name = ''] = positionals
  if (values.help || !Object.hasOwn(drills, name)) {
    process.stdout.write(help)
    return values.help ? 0 : 2
  }
  const drill = drills[name as DrillName]
  if (!values.yes && !(await agreed(`This ${drill.breaks}. Go on? Type ${name}: `, name))) return 1
  const installation = here()
  const startedAt = performance.now()
  await drill.begin(installation)
  try {
    await waitFor(drill.pages, true, drill.withinSeconds + 60)
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    process.stdout.write(`${drill.pages} fires, ${seconds} s after the fault began. Mending it.\n`)
  } finally {
    await drill.end(installation)
  }
  await waitFor(drill.pages, false, 1800)
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
    liveColour: async () => readFileSync('live/colour', 'utf8').trim(),
    doorPort: Number(setting('VM_PORT') ?? 8000),
    domain: setting('APP_DOMAIN') ?? 'localhost',
  }
}

/** As Compose reads it: from the environment, or from .env. */
function setting(name: string): string | undefined {
  return process.env[name] ?? parseEnv(readFileSync('.env', 'utf8'))[name]
}

async function waitFor(alert: string, fires: boolean, seconds: number): Promise<void> {
  const deadline = performance.now() + seconds * 1000
  while (performance.now() < deadline) {
    const response = await fetch(`${alertmanager}/api/v2/alerts?active=true&filter=alertname=${alert}`)
    if (((await response.json()) as unknown[]).length > 0 === fires) return
    await new Promise((resolve) => setTimeout(resolve, 2000))
  }
  throw new Error(`${alert} ${fires ? 'did not fire' : 'still fires'} after ${seconds} s.`)
}
