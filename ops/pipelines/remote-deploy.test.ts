import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type SshServer, startSshServer } from '#support/ssh-server.ts'
import { root, runStepIn } from './planting.ts'
import type { StepRun } from './run-step.ts'

/** Values that a shell, a URL or a log would spoil. */
const nasty = `p'a"s\\s $HOME \`id\` %40 ; # é\tend`

/** Stands in the archive where the real script stands, and writes down what it was given. */
const probe = `#!/usr/bin/env bash
printf '%s\\n' "$@" > "$PROBE_OUTPUT.arguments"
printf '%s' "$SECRET_KEY" > "$PROBE_OUTPUT.secret"
cat /proc/*/cmdline 2>/dev/null | tr '\\0' '\\n' > "$PROBE_OUTPUT.processes"
`

describe('the remote part of a deploy, by the step of the workflow and through a real sshd', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'lms-ssh-'))
  const output = join(scratch, 'probe')
  let server: SshServer

  before(async () => {
    server = await startSshServer()
  })
  after(async () => {
    await server.stop()
    rmSync(scratch, { recursive: true, force: true })
  })

  test('brings the archive, runs its script, and hands values over as they are, in no process list', async () => {
    const result = await deploy(makeArchive('whole'), {})
    assert.equal(result.exitCode, 0, result.output)
    assert.equal(readFileSync(`${output}.secret`, 'utf8'), nasty)
    assert.deepEqual(readFileSync(`${output}.arguments`, 'utf8').trim().split('\n'), [
      '--release',
      'whole',
      '--revision',
      execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', cwd: root }).trim(),
    ])
    assert.doesNotMatch(readFileSync(`${output}.processes`, 'utf8'), /p'a"s/)
    assert.doesNotMatch(result.output, /p'a"s/)
  })

  test('refuses an archive that changed on its way, before anything of it runs', async () => {
    const archive = makeArchive('tampered')
    appendFileSync(archive, 'x')
    const result = await deploy(archive, {})
    assert.equal(result.exitCode, 3, result.output)
    assert.match(result.output, /its checksum is wrong\. Nothing was changed/)
    assert.ok(!existsSync(`${output}.arguments`), 'the script did not run')
  })

  test('refuses a machine with another host key', async () => {
    const result = await deploy(makeArchive('elsewhere'), { DEPLOY_KNOWN_HOSTS: server.otherKnownHost })
    assert.notEqual(result.exitCode, 0)
    assert.match(result.output, /Host key verification failed/)
    assert.ok(!existsSync(`${output}.arguments`), 'the script did not run')
  })

  test('refuses to start without knowing the host key', async () => {
    const result = await deploy(makeArchive('unknown'), { DEPLOY_KNOWN_HOSTS: '' })
    assert.equal(result.exitCode, 2)
    assert.match(result.output, /DEPLOY_KNOWN_HOSTS is not set/)
  })

  /** The only one in its folder, as the workflow has it. */
  function makeArchive(name: string): string {
    const [folder, release] = [join(scratch, `tree-${name}`), join(scratch, name, 'release')]
    mkdirSync(join(folder, 'scripts'), { recursive: true })
    mkdirSync(release, { recursive: true })
    writeFileSync(join(folder, 'scripts/deploy_azure_vm.sh'), probe)
    chmodSync(join(folder, 'scripts/deploy_azure_vm.sh'), 0o755)
    const archive = join(release, `${name}.tar.gz`)
    execFileSync('tar', ['-czf', archive, '-C', folder, '.'])
    writeFileSync(`${archive}.sha256`, execFileSync('sha256sum', [`${name}.tar.gz`], { cwd: release }))
    return archive
  }

  function deploy(archive: string, differing: NodeJS.ProcessEnv): Promise<StepRun> {
    rmSync(`${output}.arguments`, { force: true })
    return runStepIn(root, 'deploy-azure-vm/deploy: Send it and run its deploy script', {
      RUNNER_TEMP: join(archive, '../..'),
      DEPLOY_HOST: '127.0.0.1',
      DEPLOY_PORT: String(server.port),
      DEPLOY_USER: server.user,
      DEPLOY_KEY: server.clientKey,
      DEPLOY_KNOWN_HOSTS: server.knownHost,
      DEPLOY_VARIABLES: 'SECRET_KEY PROBE_OUTPUT',
      SECRET_KEY: nasty,
      PROBE_OUTPUT: output,
      ...differing,
    })
  }
})
