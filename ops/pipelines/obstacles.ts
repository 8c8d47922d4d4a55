import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { canReachGitHub, provideGitleaks } from '#support/gitleaks.ts'
import type { Step } from './workflow.ts'

interface Need {
  readonly pattern: RegExp
  /** Why a step with this pattern cannot run here; null: it can. */
  readonly obstacle: (script: string, env: NodeJS.ProcessEnv) => Promise<string | null>
}

const needs: readonly Need[] = [
  { pattern: /install-scanner\.sh/, obstacle: scannerToDownload },
  { pattern: /\$RUNNER_TEMP\/bin\//, obstacle: scannerToRun },
  { pattern: /\bdocker\b|test:stack/, obstacle: dockerEngine },
  { pattern: /dependency-audit/, obstacle: registryThatAudits },
]

/** Why a step cannot run on this machine, or null when it can. Only what was tried and failed counts. */
export async function obstacles({ run = '' }: Step, env: NodeJS.ProcessEnv): Promise<string | null> {
  for (const { pattern, obstacle } of needs) {
    const reason = pattern.test(run) ? await obstacle(run, env) : null
    if (reason) return reason
  }
  return null
}

async function scannerToDownload(script: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const name = /install-scanner\.sh (\w+)/.exec(script)?.[1] ?? ''
  if (existsSync(join(env.RUNNER_TEMP ?? '', 'bin', name))) return `${name} was given with --scanners`
  if (await canReachGitHub()) return null
  if (name !== 'gitleaks') return 'github.com cannot be reached'
  await provideGitleaks(join(env.RUNNER_TEMP ?? '', 'bin'))
  return 'github.com cannot be reached; a gitleaks of this machine or of Debian takes its place'
}

async function scannerToRun(script: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const name = /\$RUNNER_TEMP\/bin\/(\w+)/.exec(script)?.[1] ?? ''
  return existsSync(join(env.RUNNER_TEMP ?? '', 'bin', name)) ? null : `${name} could not be installed`
}

async function dockerEngine(): Promise<string | null> {
  return (await succeeds('docker', ['info'])) ? null : 'there is no Docker engine'
}

async function registryThatAudits(): Promise<string | null> {
  const answers = await succeeds('npm', ['audit', '--audit=true', '--audit-level=none', '--package-lock-only'])
  return answers ? null : 'the registry answers no audits'
}

function succeeds(command: string, args: string[]): Promise<boolean> {
  return new Promise((resolve) => execFile(command, args, { timeout: 60_000 }, (error) => resolve(error === null)))
}
