import { spawn } from 'node:child_process'
import type { Step } from './workflow.ts'

export interface StepRun {
  readonly exitCode: number
  /** Standard output and error, as they came. */
  readonly output: string
}

/** Runs a step's script like GitHub does with `shell: bash`: no profile, stops at the first failure, pipes included. */
export function runStep(
  { run = '', 'working-directory': folder = '.' }: Step,
  { directory, env }: { directory: string; env: NodeJS.ProcessEnv },
): Promise<StepRun> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run], {
      cwd: `${directory}/${folder}`,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (bytes) => (output += bytes))
    child.stderr.on('data', (bytes) => (output += bytes))
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ exitCode: code ?? (signal ? 128 : 1), output }))
  })
}
