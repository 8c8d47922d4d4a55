import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { runStep, type StepRun } from './run-step.ts'
import { readWorkflows, type Step } from './workflow.ts'

/** Copies of the repository in which tests plant defects, and the steps of the workflows that must find them. */

export const root = join(import.meta.dirname, '../..')
const workflows = readWorkflows(root)

/** Such as `ci/test: Types`. */
export function stepNamed(name: string): Step {
  const [place = '', title] = name.split(': ')
  const [file, job = ''] = place.split('/')
  const workflow = workflows.find(({ path }) => path.endsWith(`/${file}.yml`))
  const step = workflow?.jobs[job]?.steps.find((one) => one.name === title)
  if (!step) throw new Error(`There is no step "${name}" in the workflows.`)
  return step
}

/** A copy of what git knows of this working tree, or of these parts of it, as a repository with its dependencies. */
export function copyOfRepository(parts: readonly string[] = []): string {
  const copy = mkdtempSync(join(tmpdir(), 'lms-gate-'))
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...parts], {
    cwd: root,
    encoding: 'utf8',
  })
  for (const path of listed.split('\0').filter((name) => name !== '')) cpSync(join(root, path), join(copy, path))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  git(copy, 'init', '--quiet')
  git(copy, 'add', '--all')
  return copy
}

/** A folder that goes with its test; default: a new one. */
export function scratch(t: TestContext, folder = mkdtempSync(join(tmpdir(), 'lms-gate-'))): string {
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function write(copy: string, path: string, text: string): void {
  mkdirSync(dirname(join(copy, path)), { recursive: true })
  writeFileSync(join(copy, path), text)
  git(copy, 'add', path)
}

/** Changes the first place that matches; that there is none is an error. */
export function replace(copy: string, path: string, from: RegExp, to: string): void {
  const before = readFileSync(join(copy, path), 'utf8')
  const after = before.replace(from, () => to)
  if (after === before) throw new Error(`${path} has changed: the defect cannot be planted.`)
  writeFileSync(join(copy, path), after)
}

export function git(folder: string, ...args: string[]): void {
  const nobody = ['-c', 'user.name=A developer', '-c', 'user.email=developer@example.org', '-c', 'commit.gpgsign=false']
  execFileSync('git', [...nobody, ...args], { cwd: folder, stdio: 'pipe' })
}

/** Runs the step's own script in the copy, as the workflow does. */
export function runStepIn(copy: string, name: string, env: NodeJS.ProcessEnv = {}): Promise<StepRun> {
  const { PATH, HOME, NODE_EXTRA_CA_CERTS } = process.env
  const node = dirname(process.execPath)
  return runStep(stepNamed(name), {
    directory: copy,
    env: { PATH: `${node}:${PATH}`, HOME, NODE_EXTRA_CA_CERTS, RUNNER_TEMP: copy, ...env },
    timeoutMs: 900_000,
  })
}
