import assert from 'node:assert/strict'
import { execFile, execFileSync, spawn } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { findOrInstall } from '#support/debian-package.ts'
import { eventually } from '#support/eventually.ts'
import { freePort } from '#support/free-port.ts'

/** Values that a shell, a URL or a log would spoil. */
const nasty = `p'a"s\\s $HOME \`id\` %40 ; # é\tend`

/** Stands in the archive where the real script stands, and writes down what it was given. */
const probe = `#!/usr/bin/env bash
printf '%s\\n' "$@" > "$PROBE_OUTPUT.arguments"
printf '%s' "$SECRET_KEY" > "$PROBE_OUTPUT.secret"
cat /proc/*/cmdline 2>/dev/null | tr '\\0' '\\n' > "$PROBE_OUTPUT.processes"
`

describe('the remote part of a deploy, through a real sshd', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'lms-ssh-'))
  const output = join(scratch, 'probe')
  let port = 0
  let server: ReturnType<typeof spawn>
  let hostKey = ''

  before(async () => {
    const sshd = await findOrInstall({ command: 'sshd', debianPackage: 'openssh-server', otherWays: [] })
    port = await freePort()
    for (const name of ['host', 'client', 'other']) {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(scratch, name)])
    }
    hostKey = readFileSync(join(scratch, 'host.pub'), 'utf8').trim()
    writeFileSync(join(scratch, 'authorized'), readFileSync(join(scratch, 'client.pub')), { mode: 0o600 })
    mkdirSync('/run/sshd', { recursive: true })
    writeFileSync(
      join(scratch, 'sshd_config'),
      [
        `Port ${port}`,
        'ListenAddress 127.0.0.1',
        `HostKey ${join(scratch, 'host')}`,
        `AuthorizedKeysFile ${join(scratch, 'authorized')}`,
        `PidFile ${join(scratch, 'pid')}`,
        'StrictModes no',
        'UsePAM no',
        'PasswordAuthentication no',
        'Subsystem sftp internal-sftp',
      ].join('\n'),
    )
    server = spawn(sshd, ['-D', '-e', '-f', join(scratch, 'sshd_config')], { stdio: 'ignore' })
    await eventually(() => execFileSync('ssh-keyscan', ['-p', String(port), '127.0.0.1'], { stdio: 'pipe' }))
  })
  after(() => {
    server.kill()
    rmSync(scratch, { recursive: true, force: true })
  })

  test('brings the archive, runs its script, and hands values over as they are, in no process list', async () => {
    const { code, text } = await deploy(makeArchive('whole'), {})
    assert.equal(code, 0, text)
    assert.equal(readFileSync(`${output}.secret`, 'utf8'), nasty)
    assert.deepEqual(readFileSync(`${output}.arguments`, 'utf8').trim().split('\n'), [
      '--release',
      'whole',
      '--revision',
      'abc123',
    ])
    assert.doesNotMatch(readFileSync(`${output}.processes`, 'utf8'), /p'a"s/)
    assert.doesNotMatch(text, /p'a"s/)
  })

  test('refuses an archive that changed on its way, before anything of it runs', async () => {
    const archive = makeArchive('tampered')
    appendFileSync(archive, 'x')
    rmSync(`${output}.arguments`, { force: true })
    const { code, text } = await deploy(archive, {})
    assert.equal(code, 3, text)
    assert.match(text, /its checksum is wrong\. Nothing was changed/)
    assert.ok(!readdirSync(scratch).includes('probe.arguments'), 'the script did not run')
  })

  test('refuses a machine with another host key', async () => {
    const other = readFileSync(join(scratch, 'other.pub'), 'utf8').trim()
    const { code, text } = await deploy(makeArchive('elsewhere'), { DEPLOY_KNOWN_HOSTS: knownHost(other) })
    assert.notEqual(code, 0)
    assert.match(text, /Host key verification failed/)
  })

  test('refuses to start without knowing the host key', async () => {
    const { code, text } = await deploy(makeArchive('unknown'), { DEPLOY_KNOWN_HOSTS: '' })
    assert.equal(code, 2)
    assert.match(text, /DEPLOY_KNOWN_HOSTS is not set/)
  })

  function makeArchive(name: string): string {
    const folder = join(scratch, `tree-${name}`)
    mkdirSync(join(folder, 'scripts'), { recursive: true })
    writeFileSync(join(folder, 'scripts/deploy_azure_vm.sh'), probe)
    chmodSync(join(folder, 'scripts/deploy_azure_vm.sh'), 0o755)
    const archive = join(scratch, `${name}.tar.gz`)
    execFileSync('tar', ['-czf', archive, '-C', folder, '.'])
    const sum = execFileSync('sha256sum', [`${name}.tar.gz`], { cwd: scratch })
    writeFileSync(`${archive}.sha256`, sum)
    return archive
  }

  const knownHost = (key: string): string => `[127.0.0.1]:${port} ${key}`

  function deploy(archive: string, differing: NodeJS.ProcessEnv): Promise<{ code: number; text: string }> {
    const env = {
      PATH: process.env.PATH,
      DEPLOY_HOST: '127.0.0.1',
      DEPLOY_PORT: String(port),
      DEPLOY_USER: userInfo().username,
      DEPLOY_KEY: readFileSync(join(scratch, 'client'), 'utf8').trim(),
      DEPLOY_KNOWN_HOSTS: knownHost(hostKey),
      DEPLOY_VARIABLES: 'SECRET_KEY PROBE_OUTPUT',
      SECRET_KEY: nasty,
      PROBE_OUTPUT: output,
      ...differing,
    }
    return new Promise((resolve) => {
      const child = execFile(
        join(import.meta.dirname, 'remote-deploy.sh'),
        [archive, 'abc123'],
        { env },
        (_, out, err) => resolve({ code: child.exitCode ?? -1, text: out + err }),
      )
    })
  }
})
