import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { findOrInstall } from './debian-package.ts'
import { eventually } from './eventually.ts'
import { freePort } from './free-port.ts'

/** A real sshd on 127.0.0.1 that lets one key in, as whoever runs it. */
export interface SshServer {
  readonly port: number
  readonly user: string
  /** The private key that it lets in. */
  readonly clientKey: string
  /** Its line of known_hosts. */
  readonly knownHost: string
  /** The same with the key of another machine. */
  readonly otherKnownHost: string
  stop(): Promise<void>
}

export async function startSshServer(): Promise<SshServer> {
  const sshd = await findOrInstall({ command: 'sshd', debianPackage: 'openssh-server', otherWays: [] })
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'lms-sshd-'))
  for (const name of ['host', 'client', 'other']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(folder, name)])
  }
  const read = (name: string) => readFileSync(join(folder, name), 'utf8').trim()
  writeFileSync(join(folder, 'authorized'), read('client.pub'), { mode: 0o600 })
  writeFileSync(join(folder, 'sshd_config'), configuration(folder, port))
  // Only a server of root's changes its root to there.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true })
  const server = spawn(sshd, ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: 'ignore' })
  const ended = once(server, 'exit')
  await eventually(() => execFileSync('ssh-keyscan', ['-p', String(port), '127.0.0.1'], { stdio: 'pipe' }))
  return {
    port,
    user: userInfo().username,
    clientKey: read('client'),
    knownHost: `[127.0.0.1]:${port} ${read('host.pub')}`,
    otherKnownHost: `[127.0.0.1]:${port} ${read('other.pub')}`,
    async stop() {
      server.kill()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const configuration = (folder: string, port: number): string =>
  [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(folder, 'host')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized')}`,
    `PidFile ${join(folder, 'pid')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'Subsystem sftp internal-sftp',
  ].join('\n')
