import { existsSync, readFileSync } from 'node:fs'
import { arch, availableParallelism, platform } from 'node:os'
import type { JobRun } from './run-job.ts'

const head = `# The workflows, run on one machine

Made by \`npm run workflows -- --report FILE\`: every script of the CI and security workflows, read from the YAML and run in order, each job in a clone of its own. What could not be had on that machine is named with its reason. Below each job stands the page that GitHub would show of it.
`

/**
 * The text of a report: one section per job. Jobs that did not run this time keep the section that the file had, so a
 * long run can be made job by job.
 */
export function writeReport(file: string, runs: readonly JobRun[]): string {
  const sections = new Map(readSections(existsSync(file) ? readFileSync(file, 'utf8') : ''))
  for (const run of runs) sections.set(run.label, section(run))
  const ordered = [...sections].sort(([one], [other]) => one.localeCompare(other))
  return [head, ...ordered.map(([label, text]) => `## ${label}\n\n${text}`)].join('\n')
}

function readSections(text: string): [string, string][] {
  const [, ...parts] = text.split(/^## /m)
  return parts.map((part) => {
    const end = part.indexOf('\n')
    return [part.slice(0, end), `${part.slice(end).trim()}\n`]
  })
}

function section({ commit, startedAt, lines, summary }: JobRun): string {
  const rows = lines.map(({ step, result, seconds, note }) => {
    return `| ${step} | ${result === 'failed' ? '**failed**' : result} | ${seconds.toFixed(0)} s | ${note} |`
  })
  return [
    `Commit ${commit}, ${startedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC, ${availableParallelism()} processors, ${platform()} ${arch()}.`,
    '',
    '| Step | Result | Time | |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    ...(summary === '' ? [] : [summary.trim().replace(/^#+ /gm, '### '), '']),
  ].join('\n')
}
