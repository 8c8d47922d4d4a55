import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '#support/eventually.ts'
import { docker, type RunOptions, run } from './docker.ts'

/** A Docker engine of its own with an address of its own, as if it were another machine. */
export interface Engine {
  readonly address: string
  /** Runs `docker` on it. */
  docker(args: readonly string[], options?: RunOptions): Promise<string>
  /** What a program needs to use it. */
  readonly environment: Readonly<Record<string, string>>
  /** As if the machine had lost its power: nothing that runs on it is reached any more. */
  unplug(): Promise<void>
}

export interface Engines {
  /** The address of this machine as the engines see it. */
  readonly hostAddress: string
  readonly engines: readonly Engine[]
  remove(): Promise<void>
}

const bridge = 'lms-test-nodes'
const network = '10.77.0'

/**
 * Real engines on one machine, each in a network namespace of its own on one bridge, which is their network. Needs root
 * on Linux, `ip` and `nsenter`, and the program `dockerd` beside the running engine.
 */
export async function startEngines(count: number): Promise<Engines> {
  const directory = await mkdtemp(join(tmpdir(), 'lms-engines-'))
  // A program of its own: the files of two engines are many.
  const undo: (() => Promise<unknown>)[] = [() => run('rm', ['-rf', directory], { timeoutSeconds: 600 })]
  const remove = async () => {
    for (const one of undo.reverse()) await one()
  }
  try {
    await sh('ip', 'link', 'add', bridge, 'type', 'bridge')
    undo.push(() => run('ip', ['link', 'del', bridge]))
    await sh('ip', 'addr', 'add', `${network}.1/24`, 'dev', bridge)
    await sh('ip', 'link', 'set', bridge, 'up')
    // The engine of the machine lets nothing through its bridges that it did not ask for.
    const rule = ['DOCKER-USER', '-i', bridge, '-o', bridge, '-j', 'ACCEPT']
    await sh('iptables', '-I', ...rule)
    undo.push(() => run('iptables', ['-D', ...rule]))
    const engines: Engine[] = []
    for (let number = 2; number < count + 2; number++) engines.push(await startEngine(number, directory, undo))
    return { hostAddress: `${network}.1`, engines, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

async function startEngine(number: number, parent: string, undo: (() => Promise<unknown>)[]): Promise<Engine> {
  const namespace = `lms-test-node-${number}`
  const [address, inner] = [`${network}.${number}`, `lms-test-${number}`]
  await sh('ip', 'netns', 'add', namespace)
  undo.push(() => run('ip', ['netns', 'del', namespace]))
  await sh('ip', 'link', 'add', inner, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace)
  await sh('ip', 'link', 'set', inner, 'master', bridge, 'up')
  const inside = (...args: string[]) => sh('ip', '-n', namespace, ...args)
  await inside('addr', 'add', `${address}/24`, 'dev', 'eth0')
  await inside('link', 'set', 'eth0', 'up')
  await inside('link', 'set', 'lo', 'up')
  await inside('route', 'add', 'default', 'via', `${network}.1`)

  const directory = join(parent, String(number))
  await mkdir(directory)
  const socket = `unix://${join(directory, 'socket')}`
  const log = openSync(join(directory, 'log'), 'w')
  const places = ['data-root', 'exec-root', 'pidfile'].map((name) => `--${name}=${join(directory, name)}`)
  // nsenter and not `ip netns exec`, which hides the control groups.
  const child = spawn(
    'nsenter',
    [`--net=/run/netns/${namespace}`, 'dockerd', ...places, `--host=${socket}`, `--cgroup-parent=/${namespace}`],
    { stdio: ['ignore', log, log], detached: true },
  )
  const gone = new Promise((resolve) => child.on('close', resolve))
  const engine: Engine = {
    address,
    environment: { DOCKER_HOST: socket },
    docker: (args, options) => docker(['--host', socket, ...args], options),
    unplug: () => sh('ip', 'link', 'set', inner, 'down'),
  }
  undo.push(async () => {
    // Ends its containers, too.
    child.kill('SIGTERM')
    await gone
  })
  await eventually(() => engine.docker(['version']).then(() => undefined), { timeoutMs: 120_000, everyMs: 500 })
  return engine
}

async function sh(program: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await run(program, args)
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr.trim()}`)
}
