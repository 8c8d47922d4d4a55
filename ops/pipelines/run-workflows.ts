import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type JobRun, type Line, runJob } from './run-job.ts'
import { type Job, readWorkflows } from './workflow.ts'
import { writeReport } from './workflow-report.ts'

const help = `Usage: node ops/pipelines/run-workflows.ts [--job FILE/JOB ...] [--matrix all|VALUE] [--scanners DIR] [--report FILE]

Runs every script of the CI and security workflows on this machine, in order, each job in a clone of HEAD of its own,
with the Node and the services that it asks for. Uncommitted changes are not part of it.

  --job FILE/JOB   only this job, such as ci/test; may be given again
  --matrix         all: every value of a matrix; VALUE: that one, such as 26; without it the first
  --scanners DIR   has gitleaks, trivy or zizmor, for a machine that cannot download them
  --report FILE    writes what happened as Markdown; sections of jobs that did not run this time stay in it

What cannot be had here is named with its reason; nothing else is left out. Exit code 0: everything that ran passed.
`

/** Those whose scripts run anywhere; a deployment needs its target. */
const files = ['ci', 'security']
const root = join(import.meta.dirname, '../..')

const { values } = parseArgs({
  options: {
    job: { type: 'string', multiple: true },
    matrix: { type: 'string' },
    scanners: { type: 'string' },
    report: { type: 'string' },
    help: { type: 'boolean' },
  },
})

function showHelp(): number {
  process.stdout.write(help)
  return 0
}

async function main(): Promise<number> {
  const runs: JobRun[] = []
  for (const { label, job, matrix } of chosenJobs()) {
    const onLine = (line: Line) => print(label, line)
    runs.push(await runJob({ label, job, matrix, scanners: values.scanners, onLine }))
    if (values.report) writeFileSync(values.report, writeReport(values.report, runs))
  }
  const lines = runs.flatMap(({ label, lines: own }) => own.map((line) => ({ label, ...line })))
  const count = (result: Line['result']) => lines.filter((line) => line.result === result).length
  for (const { label, step, note } of lines.filter(({ result }) => result === 'not here')) {
    process.stdout.write(`not here  ${label}: ${step}: ${note}\n`)
  }
  process.stdout.write(`${count('passed')} passed, ${count('failed')} failed, ${count('not here')} cannot run here\n`)
  return count('failed') > 0 || count('passed') === 0 ? 1 : 0
}

function* chosenJobs() {
  for (const { path, jobs } of readWorkflows(root)) {
    const file = (path.split('/').at(-1) ?? '').replace(/\.ya?ml$/, '')
    if (!files.includes(file)) continue
    for (const [name, job] of Object.entries(jobs)) {
      if (values.job && !values.job.includes(`${file}/${name}`)) continue
      for (const matrix of combinations(job)) {
        yield { label: [`${file}/${name}`, ...Object.values(matrix)].join(' '), job, matrix }
      }
    }
  }
}

function combinations({ strategy }: Job): Record<string, string>[] {
  const [entry] = Object.entries(strategy?.matrix ?? {})
  if (!entry) return [{}]
  const [name, all] = entry
  const { matrix } = values
  const wanted = matrix === undefined ? all.slice(0, 1) : all.filter((value) => matrix === 'all' || matrix === value)
  return wanted.map((value) => ({ [name]: value }))
}

function print(label: string, { step, result, seconds, note }: Line): void {
  const time = `${seconds.toFixed(0).padStart(4)} s`
  process.stdout.write(`${result.padEnd(8)}  ${time}  ${label}: ${step}${note ? ` (${note})` : ''}\n`)
}

process.exitCode = values.help ? showHelp() : await main()
