import type { Job, Step, Workflow } from './workflow.ts'

/** What starts each workflow. A file without a row, or another trigger, is a violation. */
export const triggers: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  '.github/workflows/ci.yml': {
    push: { branches: ['main', 'develop', 'feature/**', 'chore/**'] },
    pull_request: { branches: ['main', 'develop'] },
  },
  '.github/workflows/security.yml': {
    push: { branches: ['main', 'develop'] },
    pull_request: { branches: ['main', 'develop'] },
    schedule: [{ cron: '0 3 * * 1' }],
    workflow_dispatch: null,
  },
  '.github/workflows/deploy-azure-vm.yml': {
    workflow_run: { workflows: ['CI'], types: ['completed'], branches: ['main'] },
    workflow_dispatch: {
      inputs: {
        release: { description: 'Commit or tag to deploy; empty is main', required: false, default: '' },
        rollback: {
          description: 'Go back to the release that served before, instead',
          type: 'boolean',
          default: false,
        },
      },
    },
  },
  '.github/workflows/release.yml': {
    workflow_dispatch: {
      inputs: {
        version: { description: 'The version to release, as in package.json and CHANGELOG.md', required: true },
      },
    },
  },
}

const connection = ['DEPLOY_HOST', 'DEPLOY_USER', 'DEPLOY_KEY', 'DEPLOY_KNOWN_HOSTS']
const settings = [
  ...['PROD_DATABASE_URL', 'SECRET_KEY', 'APP_DOMAIN', 'LETSENCRYPT_EMAIL', 'FRONTEND_BASE_URL', 'CORS_ORIGINS'],
  ...['TRUSTED_HOSTS', 'SMTP_HOST', 'SMTP_PORT', 'SMTP_USERNAME', 'SMTP_PASSWORD', 'MAIL_FROM', 'SENTRY_DSN'],
]

/** The only jobs that may see secrets, and which. Each must run in an environment, where secrets can be guarded. */
export const secretsOfJobs: Readonly<Record<string, readonly string[]>> = {
  'deploy-azure-vm.yml deploy': [...connection, ...settings],
  'deploy-azure-vm.yml rollback': connection,
}

/** More than `contents: read`, job by job, with the reason beside it. */
export const permissionsOfJobs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // An attestation is signed with the identity of the run.
  'deploy-azure-vm.yml archive': { contents: 'read', 'id-token': 'write', attestations: 'write' },
  // It makes the tag and the release.
  'release.yml release': { contents: 'write', 'id-token': 'write', attestations: 'write' },
}

/** Everything in a workflow that our rules forbid, one sentence each; empty: nothing. */
export function violationsOf(workflow: Workflow): string[] {
  return [
    ...ofTriggers(workflow),
    ...ofWhole(workflow),
    ...Object.entries(workflow.jobs).flatMap(([name, job]) => [...ofJob(workflow, name, job)]),
    ...ofPins(workflow),
  ].map((sentence) => `${workflow.path}: ${sentence}`)
}

function* ofTriggers({ path, on }: Workflow): Generator<string> {
  for (const event of ['pull_request_target', 'issue_comment']) {
    if (event in on) yield `runs on ${event}, where strangers' code meets our rights`
  }
  const expected = triggers[path]
  if (!expected) yield 'has no row in the table of triggers (ops/pipelines/policy.ts)'
  else if (!isSame(on, expected))
    yield `starts on ${JSON.stringify(on)} and should start on ${JSON.stringify(expected)}`
}

function* ofWhole({ permissions, concurrency }: Workflow): Generator<string> {
  if (!isSame(permissions, {})) yield 'must say "permissions: {}" at the top, so that each job asks for what it needs'
  if (!concurrency) yield 'has no concurrency group'
  else if (/deploy|release/.test(concurrency.group) && concurrency['cancel-in-progress'] !== false) {
    yield 'could be cut off in the middle: cancel-in-progress: false'
  }
}

function* ofJob({ path }: Workflow, name: string, job: Job): Generator<string> {
  const where = `job ${name}`
  const id = `${path.split('/').at(-1)} ${name}`
  if (!job['timeout-minutes']) yield `${where} has no timeout-minutes`
  if (!/^ubuntu-\d\d\.\d\d$/.test(job['runs-on'] ?? '')) yield `${where} runs on ${job['runs-on']}: name a version`
  const allowed = permissionsOfJobs[id] ?? { contents: 'read' }
  if (!isSame(job.permissions, allowed)) {
    yield `${where} has the permissions ${JSON.stringify(job.permissions)} and may have ${JSON.stringify(allowed)}`
  }
  const used = [...new Set(JSON.stringify(job).match(/secrets\.\w+|secrets\[|toJSON\(secrets\)/g) ?? [])]
  const known = (secretsOfJobs[id] ?? []).map((secret) => `secrets.${secret}`)
  for (const secret of used.filter((one) => !known.includes(one))) yield `${where} must not see ${secret}`
  if (used.length > 0 && !job.environment) yield `${where} uses secrets and runs in no environment`
  for (const { image } of Object.values(job.services ?? {})) {
    if (!/:(\d|\$\{\{ matrix\.)/.test(image)) yield `${where} uses the image ${image} without a version`
  }
  for (const step of job.steps) yield* ofStep(where, step)
}

function* ofStep(where: string, step: Step): Generator<string> {
  const label = `${where}, step ${step.name ?? step.uses ?? 'without a name'}`
  if (step.run?.includes('${{')) yield `${label} writes an expression into a script: hand the value over by env`
  if (step.uses?.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false) {
    yield `${label} leaves the token on disk: persist-credentials: false`
  }
  if (step.run !== undefined && !step.name) yield `${label} has a script and no name`
}

/** Read from the text, where the comment with the version still is. */
function* ofPins({ text }: Workflow): Generator<string> {
  for (const [, reference = ''] of text.matchAll(/^[ -]*uses:(.*)$/gm)) {
    if (!/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(reference.trim())) {
      yield `${reference.trim()} is not pinned by a full commit hash with its version in a comment`
    }
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value ?? null
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([key, one]) => [key, sorted(one)]),
  )
}
