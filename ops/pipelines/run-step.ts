import { spawn } from 'node:child_process'
import type { Step } from './workflow.ts'

export interface StepRun {
  readonly exitCode: number
  /** Standard output and error, as they came. */
  readonly output: string
}

interface Place {
  readonly directory: string
  readonly env: NodeJS.ProcessEnv
  /** Its job's time-out, or what is left of it; none: it may take as long as it likes. */
  readonly timeoutMs?: number
}

/** Runs a step's script like GitHub does with `shell: bash`: no profile, stops at the first failure, pipes included. */
export function runStep(
  { run = '', 'working-directory': folder = '.' }: Step,
  { directory, env, timeoutMs }: Place,
): Promise<StepRun> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run], {
      cwd: `${directory}/${folder}`,
      env,
      detached: true, // a process group of its own, so that nothing of it outlives its time-out
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (bytes) => (output += bytes))
    child.stderr.on('data', (bytes) => (output += bytes))
    const timer = timeoutMs !== undefined && setTimeout(() => killGroup(child.pid), timeoutMs)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (timer) clearTimeout(timer)
      resolve({ exitCode: code ?? (signal ? 128 : 1), output })
    })
  })
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // it has just ended by itself
  }
}
