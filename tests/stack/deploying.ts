import { once } from 'node:events'
import type { Result } from './docker.ts'
import type { Site } from './site.ts'

export interface Step {
  readonly name: string
  /** In milliseconds of `performance.now()`. */
  readonly at: number
}

export interface Deployed extends Result {
  readonly seconds: number
  /** What it said it began, and when; the last one is its end. */
  readonly steps: readonly Step[]
  /** When it said so, in milliseconds of `performance.now()`: from then on the other colour serves. */
  readonly switchedAt: number | undefined
  /** From its start to the switch. */
  readonly secondsToSwitch: number | undefined
}

export interface DeployOptions {
  readonly environment?: Readonly<Record<string, string>>
  /** Another release's folder. */
  readonly from?: string | undefined
  /** Called when it says that it begins a step. */
  readonly onStep?: (name: string) => void
}

/** Runs the deploy and notes when it begins its steps, and when it switches. */
export async function deployTimed(
  site: Site,
  args: readonly string[],
  { environment = {}, from, onStep }: DeployOptions = {},
): Promise<Deployed> {
  const startedAt = performance.now()
  const child = site.startDeploy(args, environment, from)
  let [stdout, stderr] = ['', '']
  let switchedAt: number | undefined
  const steps: Step[] = []
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    for (const [, name = ''] of [...stdout.matchAll(/STEP {2}(.+)\n/g)].slice(steps.length)) {
      steps.push({ name, at: performance.now() })
      onStep?.(name)
    }
    if (switchedAt === undefined && stdout.includes('Switched: ')) switchedAt = performance.now()
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const [code] = await once(child, 'close')
  steps.push({ name: 'end', at: performance.now() })
  return {
    ...{ code: Number(code), stdout, stderr, switchedAt, steps },
    seconds: (performance.now() - startedAt) / 1000,
    secondsToSwitch: switchedAt === undefined ? undefined : (switchedAt - startedAt) / 1000,
  }
}

/**
 * Runs the deploy, kills it with SIGKILL as soon as it says that it begins this step, and returns what it said. One that
 * ends by itself was never killed: that is an error, and would prove nothing.
 */
export async function deployKilledAt(
  site: Site,
  step: string,
  args: readonly string[],
  from?: string,
): Promise<string> {
  const child = site.startDeploy(args, {}, from)
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text
    // The script alone: what it has started goes on, as it would if the out-of-memory killer had come.
    if (output.includes(`STEP  ${step}\n`)) child.kill('SIGKILL')
  })
  child.stderr?.resume()
  const [, signal] = await once(child, 'exit')
  if (signal !== 'SIGKILL') throw new Error(`The deploy was not killed at the step ${step}:\n${output}`)
  return output
}
