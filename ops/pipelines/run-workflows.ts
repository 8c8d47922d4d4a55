import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '#support/postgres-server.ts'
import { startRedis } from '#support/redis-server.ts'
import { obstacles } from './obstacles.ts'
import { runStep } from './run-step.ts'
import { type Job, readWorkflows, type Step } from './workflow.ts'

const help = `Usage: node ops/pipelines/run-workflows.ts [--job FILE/JOB ...] [--matrix all] [--scanners DIR]

Runs every script of the CI and security workflows on this machine, in order, each job in a clone of HEAD of its own,
with the services that it asks for. Uncommitted changes are not part of it.

  --job FILE/JOB   only this job, such as ci/test; may be given again
  --matrix all     every value of a matrix, not only the first
  --scanners DIR   has gitleaks, trivy or zizmor, for a machine that cannot download them

What cannot be had here is named with its reason; nothing else is left out. Exit code 0: everything that ran passed.
`

/** Those whose scripts run anywhere; a deployment needs its target. */
const files = ['ci', 'security']
const root = join(import.meta.dirname, '../..')

interface Line {
  readonly job: string
  readonly step: string
  readonly result: 'passed' | 'failed' | 'not here'
  readonly seconds: number
  readonly note: string
}

const { values } = parseArgs({
  options: {
    job: { type: 'string', multiple: true },
    matrix: { type: 'string' },
    scanners: { type: 'string' },
    help: { type: 'boolean' },
  },
})

function showHelp(): number {
  process.stdout.write(help)
  return 0
}

async function main(): Promise<number> {
  const lines: Line[] = []
  for (const { path, jobs } of readWorkflows(root)) {
    const file =
      path
        .split('/')
        .at(-1)
        ?.replace(/\.ya?ml$/, '') ?? ''
    if (!files.includes(file)) continue
    for (const [name, job] of Object.entries(jobs)) {
      if (values.job && !values.job.includes(`${file}/${name}`)) continue
      for (const matrix of combinations(job)) lines.push(...(await runJob(`${file}/${name}`, job, matrix)))
    }
  }
  const count = (result: Line['result']) => lines.filter((line) => line.result === result).length
  for (const { job, step, note } of lines.filter(({ result }) => result === 'not here')) {
    process.stdout.write(`not here  ${job}: ${step}: ${note}\n`)
  }
  process.stdout.write(`${count('passed')} passed, ${count('failed')} failed, ${count('not here')} cannot run here\n`)
  return count('failed') > 0 || count('passed') === 0 ? 1 : 0
}

type Matrix = Readonly<Record<string, string>>

function combinations({ strategy }: Job): Matrix[] {
  const [entry] = Object.entries(strategy?.matrix ?? {})
  if (!entry) return [{}]
  const [name, all] = entry
  return (values.matrix === 'all' ? all : all.slice(0, 1)).map((value) => ({ [name]: value }))
}

async function runJob(name: string, job: Job, matrix: Matrix): Promise<Line[]> {
  const label = [name, ...Object.values(matrix)].join(' ')
  const scratch = mkdtempSync(join(tmpdir(), 'lms-workflow-'))
  const services = job.services ? await startServices() : undefined
  const lines: Line[] = []
  try {
    const runner = prepareRunner(scratch, job, matrix, services?.env)
    for (const step of job.steps) {
      const line = await runOne(
        label,
        step,
        runner,
        lines.some(({ result }) => result === 'failed'),
      )
      if (line) lines.push(line)
      if (line)
        process.stdout.write(
          `${line.result.padEnd(8)}  ${line.seconds.toFixed(0).padStart(4)} s  ${label}: ${line.step}\n`,
        )
    }
  } finally {
    await services?.stop()
    rmSync(scratch, { recursive: true, force: true })
  }
  return lines
}

interface Runner {
  /** Where the repository was checked out. */
  readonly directory: string
  readonly env: NodeJS.ProcessEnv
}

async function runOne(job: string, step: Step, runner: Runner, hasFailed: boolean): Promise<Line | undefined> {
  const startedAt = performance.now()
  const line = (result: Line['result'], note: string): Line => {
    return { job, step: step.name ?? step.uses ?? '', result, seconds: (performance.now() - startedAt) / 1000, note }
  }
  if (step.uses) return useAction(step, runner, line)
  if (hasFailed && step.if !== 'always()') return undefined
  const obstacle = await obstacles(step, runner.env)
  if (obstacle) return line('not here', obstacle)
  const { exitCode, output } = await runStep(step, runner)
  if (exitCode === 0) return line('passed', '')
  process.stdout.write(output.split('\n').slice(-40).join('\n'))
  return line('failed', `exit code ${exitCode}`)
}

/** What the actions that we use would have done. An action that nobody described here fails. */
function useAction(
  step: Step,
  { directory, env }: Runner,
  line: (result: Line['result'], note: string) => Line,
): Line | undefined {
  const action = step.uses?.split('@')[0]
  if (action === 'actions/checkout') {
    const target = join(directory, String(step.with?.path ?? '.'))
    execFileSync('git', ['clone', '--quiet', '--no-hardlinks', root, target])
    return undefined
  }
  if (action === 'actions/setup-node') return undefined
  if (action === 'actions/upload-artifact') {
    const path = String(step.with?.path).replace(/\$\{\{ runner\.temp \}\}/, env.RUNNER_TEMP ?? '')
    return existsSync(path) ? line('passed', '') : line('failed', `${path} does not exist`)
  }
  return line('failed', `nobody described here what ${action} does`)
}

function prepareRunner(scratch: string, job: Job, matrix: Matrix, services: NodeJS.ProcessEnv = {}): Runner {
  const temporary = join(scratch, 'temp')
  const bin = join(scratch, 'bin')
  mkdirSync(join(temporary, 'bin'), { recursive: true })
  mkdirSync(bin)
  // The runners of GitHub have sudo; here we are root or not at all.
  writeFileSync(join(bin, 'sudo'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 })
  const node = String(
    job.steps.find(({ uses }) => uses?.startsWith('actions/setup-node@'))?.with?.['node-version'] ?? '24',
  )
  const wanted = node.replace(/\$\{\{ matrix\.(\w+) \}\}/, (_, name) => matrix[name] ?? '')
  execFileSync('npm', ['install', '--silent', '--no-save', '--prefix', join(scratch, 'node'), `node@${wanted}`])
  if (values.scanners) {
    for (const scanner of readdirSync(values.scanners))
      cpSync(join(values.scanners, scanner), join(temporary, 'bin', scanner))
  }
  return {
    directory: join(scratch, 'work'),
    env: {
      HOME: scratch,
      LANG: 'C.UTF-8',
      CI: 'true',
      npm_config_update_notifier: 'false',
      PATH: `${bin}:${join(scratch, 'node/node_modules/.bin')}:${pathWithoutModules()}`,
      RUNNER_TEMP: temporary,
      GITHUB_STEP_SUMMARY: join(scratch, 'summary.md'),
      ...Object.fromEntries(Object.entries(matrix).map(([name, value]) => [`${name.toUpperCase()}_VERSION`, value])),
      ...certificatesOfThisMachine(),
      ...services,
    },
  }
}

/** A machine behind a proxy of its own reaches nothing without the certificates that it was given. */
function certificatesOfThisMachine(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: file } = process.env
  return file ? { NODE_EXTRA_CA_CERTS: file, npm_config_cafile: file } : {}
}

function pathWithoutModules(): string {
  const folders = (process.env.PATH ?? '').split(':')
  return folders.filter((folder) => !folder.includes('node_modules')).join(':')
}

/** PostgreSQL and Redis in the place of service containers. */
async function startServices() {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  return {
    env: { TEST_DATABASE_URL: postgres.url, TEST_REDIS_URL: redis.url },
    async stop() {
      await Promise.all([postgres.stop(), redis.stop()])
    },
  }
}

process.exitCode = values.help ? showHelp() : await main()
