import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import type { Coverage } from './test-events.ts'

/** Lines of a file with how often each ran, as node:test reports them. */
interface FileLines {
  path: string
  lines: { line: number; count: number }[]
}

/**
 * Coverage of the code lines of every source file. node:test leaves out files that no test loaded and counts blank
 * lines, comments and types as run; here an unloaded file counts with all its lines, and only code counts.
 */
export function coverageOf(root: string, reported: FileLines[]): Coverage {
  const reportedByPath = new Map(reported.map(({ path, lines }) => [path, lines]))
  const coverage: Coverage = {}
  for (const file of globSync('src/**/*.ts', { cwd: root, exclude: ['**/*.test.ts'] })) {
    const path = `${root}/${file}`
    const ran = new Set(reportedByPath.get(path)?.flatMap(({ line, count }) => (count > 0 ? [line] : [])))
    const code = codeLines(readFileSync(path, 'utf8'))
    coverage[file] = { code, run: code.filter((line) => ran.has(line)) }
  }
  return coverage
}

/** What ran in any of the passes. */
export function mergeCoverage(passes: Coverage[]): Coverage {
  const merged: Coverage = {}
  for (const [file, { code, run }] of passes.flatMap((pass) => Object.entries(pass))) {
    merged[file] = { code, run: [...new Set([...(merged[file]?.run ?? []), ...run])] }
  }
  return merged
}

/** Per cent of code lines that ran; a whole without any code is fully covered. */
export function coveredPercent(coverage: Coverage): number {
  const files = Object.values(coverage)
  const code = files.reduce((sum, file) => sum + file.code.length, 0)
  const run = files.reduce((sum, file) => sum + file.run.length, 0)
  return code === 0 ? 100 : (100 * run) / code
}

/** The files with the most code lines that no test ran, worst first. */
export function leastCovered(coverage: Coverage, count: number): { file: string; percent: number; missing: number }[] {
  return Object.entries(coverage)
    .map(([file, { code, run }]) => {
      return { file, percent: coveredPercent({ [file]: { code, run } }), missing: code.length - run.length }
    })
    .filter(({ missing }) => missing > 0)
    .sort((a, b) => b.missing - a.missing)
    .slice(0, count)
}

/** Numbers of the lines that hold more than types, comments and closing brackets. */
export function codeLines(source: string): number[] {
  const lines = stripTypeScriptTypes(source).split('\n')
  return lines.flatMap((line, index) => (isCode(line.trim()) ? [index + 1] : []))
}

const isCode = (line: string): boolean => !/^(\/\/|\/\*|\*|[\s{}()[\];,]*$)/.test(line)
