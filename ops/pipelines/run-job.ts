import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Context, expand, expandAll, holds } from './expressions.ts'
import { obstacles } from './obstacles.ts'
import { provideNode, provideServices } from './provide.ts'
import { runStep } from './run-step.ts'
import type { Job, Step } from './workflow.ts'

const root = join(import.meta.dirname, '../..')

export interface Line {
  readonly step: string
  readonly result: 'passed' | 'failed' | 'not here'
  readonly seconds: number
  readonly note: string
}

export interface JobRun {
  /** Such as `ci/test 24`. */
  readonly label: string
  /** What HEAD was when it began, as twelve digits. */
  readonly commit: string
  readonly startedAt: Date
  readonly lines: readonly Line[]
  /** What the job wrote to the page that GitHub shows of a run. */
  readonly summary: string
}

export interface JobOptions {
  readonly label: string
  readonly job: Job
  readonly matrix: Readonly<Record<string, string>>
  /** A folder with scanners that this machine cannot download. */
  readonly scanners: string | undefined
  readonly onLine: (line: Line) => void
}

interface Runner {
  /** Where the repository was checked out. */
  readonly directory: string
  readonly env: NodeJS.ProcessEnv
  readonly context: Context
  readonly deadline: number
}

/** Runs the scripts of one job in order, in a clone of HEAD of its own, as a pull request would. */
export async function runJob(options: JobOptions): Promise<JobRun> {
  const { label, job, matrix } = options
  const scratch = mkdtempSync(join(tmpdir(), 'lms-workflow-'))
  const startedAt = new Date()
  const commit = execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim()
  const lines: Line[] = []
  const add = (line: Line) => {
    lines.push(line)
    options.onLine(line)
  }
  const context = contextOf(matrix, join(scratch, 'temp'))
  const images = Object.entries(job.services ?? {}).map(([name, { image }]) => [name, expand(image, context)] as const)
  const services = images.length > 0 ? await provideServices(Object.fromEntries(images), scratch) : undefined
  try {
    if (!holds(job.if, context)) throw new Error(`${label} does not run for a pull request: ${job.if}`)
    if (services) add({ step: 'Service containers', result: 'passed', seconds: 0, note: services.description })
    const runner = await prepareRunner(scratch, options, context, services?.env)
    for (const step of job.steps) {
      const hasFailed = lines.some(({ result }) => result === 'failed')
      const line = await runOne(step, runner, hasFailed)
      if (line) add(line)
    }
    return { label, commit, startedAt, lines, summary: readIfThere(join(scratch, 'summary.md')) }
  } finally {
    await services?.stop()
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 })
  }
}

function contextOf(matrix: Readonly<Record<string, string>>, temporary: string): Context {
  return {
    'runner.temp': temporary,
    'github.event_name': 'pull_request',
    ...Object.fromEntries(Object.entries(matrix).map(([name, value]) => [`matrix.${name}`, value])),
  }
}

async function runOne(step: Step, runner: Runner, hasFailed: boolean): Promise<Line | undefined> {
  const startedAt = performance.now()
  const line = (result: Line['result'], note: string): Line => {
    return { step: step.name ?? step.uses ?? '', result, seconds: (performance.now() - startedAt) / 1000, note }
  }
  if (hasFailed && step.if !== 'always()') return undefined
  if (step.uses) return useAction(step, runner, line)
  const env = { ...runner.env, ...expandAll(step.env, runner.context) }
  const obstacle = await obstacles(step, env)
  if (obstacle) return line('not here', obstacle)
  const timeoutMs = Math.max(1, runner.deadline - performance.now())
  const { exitCode, output } = await runStep(step, { directory: runner.directory, env, timeoutMs })
  if (exitCode === 0) return line('passed', lastFigures(output))
  process.stdout.write(`${output.split('\n').slice(-40).join('\n')}\n`)
  return line('failed', performance.now() >= runner.deadline ? 'over the time of its job' : `exit code ${exitCode}`)
}

/** The totals of a test runner, when the output ends with them. */
function lastFigures(output: string): string {
  const last = output.trimEnd().split('\n').at(-1) ?? ''
  return /^\d+ passed, \d+ failed/.test(last) ? last : ''
}

/** What the actions that we use would have done. An action that nobody described here fails. */
function useAction(
  step: Step,
  { directory, context }: Runner,
  line: (result: Line['result'], note: string) => Line,
): Line | undefined {
  const action = step.uses?.split('@')[0]
  if (action === 'actions/checkout') {
    checkOut(join(directory, String(step.with?.path ?? '.')), step.with?.ref)
    return undefined
  }
  if (action === 'actions/setup-node') return undefined
  if (action === 'actions/upload-artifact') {
    const path = expand(String(step.with?.path), context)
    return existsSync(path) ? line('passed', '') : line('failed', `${path} does not exist`)
  }
  return line('failed', `nobody described here what ${action} does`)
}

/** A branch of ours by its name; in a repository without it, such as a clone of another branch alone, HEAD. */
function checkOut(target: string, ref: unknown): void {
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', root, target])
  if (typeof ref !== 'string') return
  const known = execFileSync('git', ['branch', '--remotes', '--list', `origin/${ref}`], { cwd: target })
  if (known.length > 0) execFileSync('git', ['checkout', '--quiet', '--detach', `origin/${ref}`], { cwd: target })
}

async function prepareRunner(
  scratch: string,
  { job, scanners }: JobOptions,
  context: Context,
  services: Readonly<Record<string, string>> = {},
): Promise<Runner> {
  const temporary = join(scratch, 'temp')
  const bin = join(scratch, 'bin')
  mkdirSync(join(temporary, 'bin'), { recursive: true })
  mkdirSync(bin)
  // The runners of GitHub have sudo; here we are root or not at all.
  writeFileSync(join(bin, 'sudo'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 })
  const setup = job.steps.find(({ uses }) => uses?.startsWith('actions/setup-node@'))
  const node = await provideNode(expand(String(setup?.with?.['node-version'] ?? '24'), context), scratch)
  for (const scanner of ['gitleaks', 'trivy', 'zizmor']) {
    const given = join(scanners ?? '/none', scanner)
    if (existsSync(given)) cpSync(given, join(temporary, 'bin', scanner))
  }
  return {
    directory: join(scratch, 'work'),
    context,
    deadline: performance.now() + (job['timeout-minutes'] ?? 360) * 60_000,
    env: {
      HOME: scratch,
      LANG: 'C.UTF-8',
      CI: 'true',
      npm_config_update_notifier: 'false',
      PATH: `${bin}:${node}:${pathWithoutModules()}`,
      RUNNER_TEMP: temporary,
      GITHUB_STEP_SUMMARY: join(scratch, 'summary.md'),
      ...certificatesOfThisMachine(),
      ...expandAll(job.env, context),
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

function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}
