import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

export interface Step {
  readonly name?: string
  readonly uses?: string
  readonly run?: string
  readonly if?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
  readonly 'working-directory'?: string
}

export interface Job {
  readonly name?: string
  readonly 'runs-on'?: string
  readonly 'timeout-minutes'?: number
  readonly permissions?: Readonly<Record<string, string>>
  readonly environment?: string | { readonly name: string; readonly url?: string }
  readonly concurrency?: unknown
  readonly if?: string
  readonly needs?: string | readonly string[]
  readonly strategy?: { readonly matrix?: Readonly<Record<string, readonly string[]>> }
  readonly services?: Readonly<Record<string, { readonly image: string }>>
  readonly env?: Readonly<Record<string, string>>
  readonly steps: readonly Step[]
}

export interface Workflow {
  /** Path from the root of the repository. */
  readonly path: string
  readonly text: string
  readonly name: string
  readonly on: Readonly<Record<string, unknown>>
  readonly permissions?: unknown
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress'?: unknown }
  readonly jobs: Readonly<Record<string, Job>>
}

/** Every workflow of the repository at `root`, as GitHub reads it. */
export function readWorkflows(root: string): Workflow[] {
  return globSync('.github/workflows/*.{yml,yaml}', { cwd: root })
    .sort()
    .map((path) => readWorkflow(path, readFileSync(join(root, path), 'utf8')))
}

/** One workflow from its text. `on` may be a word or a list there; here it is always an object. */
export function readWorkflow(path: string, text: string): Workflow {
  const content = parse(text)
  const on = typeof content.on === 'string' ? [content.on] : content.on
  return { ...content, path, text, on: Array.isArray(on) ? Object.fromEntries(on.map((event) => [event, null])) : on }
}
