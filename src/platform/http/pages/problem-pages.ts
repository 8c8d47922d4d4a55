import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { Type } from 'typebox'
import { addVary } from '../cors.ts'
import { sendProblem } from '../error-rendering.ts'
import { problemsBeforeRouting, routeNotFound } from '../problems.ts'
import { catalogueOf, type ProblemEntry, problemsOf } from '../reference/problem-catalogue.ts'
import type { Server } from '../server.ts'
import { type Html, html, htmlPage, pagePolicy } from './page.ts'

interface DocumentedProblem extends ProblemEntry {
  readonly type: string
  /** Where it can happen; empty: anywhere. */
  readonly operations: readonly { readonly operationId: string; readonly method: string; readonly path: string }[]
}

/** Documents every kind of problem at the address that its `type` names: HTML for people, JSON on request. */
export async function problemPages(app: Server): Promise<void> {
  let problems: Map<string, DocumentedProblem> | undefined
  const known = () => (problems ??= documentProblems(app.routeCatalogue))

  app.get('/problems', { config: { duringMaintenance: true }, schema: { hide: true } }, async (request, reply) => {
    const items = [...known().values()]
    if (wantsJson(request)) return sendJson(reply, { items: items.map(({ operations: _where, ...rest }) => rest) })
    return sendPage(reply, htmlPage('Problems', listOf(items)))
  })

  app.get(
    '/problems/:module/:name',
    {
      config: { duringMaintenance: true },
      schema: { hide: true, params: Type.Object({ module: Type.String(), name: Type.String() }) },
    },
    async (request, reply) => {
      const problem = known().get(`${request.params.module}/${request.params.name}`)
      if (!problem) return sendProblem(routeNotFound({ method: request.method }), request, reply)
      return wantsJson(request) ? sendJson(reply, problem) : sendPage(reply, htmlPage(problem.title, detailOf(problem)))
    },
  )
}

function documentProblems(routes: readonly RouteOptions[]): Map<string, DocumentedProblem> {
  const documented = routes.filter(({ schema }) => schema?.operationId !== undefined)
  const all = catalogueOf(documented, problemsBeforeRouting)
  return new Map(
    all.map((problem) => {
      const where = documented.filter((route) => problemsOf(route).some(({ code }) => code === problem.code))
      const operations = where.length === documented.length ? [] : where.flatMap(operationOf)
      return [problem.code, { type: `/problems/${problem.code}`, ...problem, operations }]
    }),
  )
}

function operationOf({ method, url, schema }: RouteOptions) {
  return [method].flat().map((one) => ({
    operationId: schema?.operationId ?? '',
    method: one,
    path: url.replaceAll(/:(\w+)/g, '{$1}'),
  }))
}

function listOf(problems: readonly DocumentedProblem[]): Html {
  const byModule = Map.groupBy(problems, ({ code }) => code.split('/')[0] ?? '')
  const sections = [...byModule].map(
    ([module, group]) => html`<h2>${module}</h2>
<ul>
${group.map(({ type, code, status, title }) => html`<li><a href="${type}"><code>${code}</code></a> ${status} ${title}</li>`)}
</ul>`,
  )
  return html`<h1>Problems</h1>
<p>Every refusal of this API is an <code>application/problem+json</code> document (RFC 9457) whose <code>type</code> is
one of these. Codes are stable: clients branch on them.</p>
${sections}`
}

function detailOf({ code, status, title, advice, type, operations }: DocumentedProblem): Html {
  const example = JSON.stringify({ type, title, status, detail: '…', instance: 'urn:request:…' }, null, 2)
  const where = operations.map(
    ({ operationId, method, path }) =>
      html`<li><code>${method} ${path}</code> <span class="faint">${operationId}</span></li>`,
  )
  return html`<p><a href="/problems">All problems</a></p>
<h1>${title}</h1>
<p><code>${code}</code>, status ${status}</p>
<h2>What to do</h2>
<p>${prose(advice)}</p>
<h2>What it looks like</h2>
<pre>${example}</pre>
<h2>Where it happens</h2>
${where.length > 0 ? html`<ul>${where}</ul>` : html`<p>At any address.</p>`}`
}

/** Text in which what stands between backticks is code. */
function prose(text: string): Html[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))
}

/** HTML unless JSON is asked for and HTML is not: what a browser sends names both. */
function wantsJson({ headers: { accept = '' } }: FastifyRequest): boolean {
  return /\bapplication\/(problem\+)?json\b/.test(accept) && !accept.includes('text/html')
}

function sendJson(reply: FastifyReply, body: object): FastifyReply {
  addVary(reply, 'Accept')
  return reply.header('cache-control', 'no-cache').send(body)
}

function sendPage(reply: FastifyReply, page: string): FastifyReply {
  addVary(reply, 'Accept')
  return reply
    .header('cache-control', 'no-cache')
    .header('content-security-policy', pagePolicy)
    .type('text/html; charset=utf-8')
    .send(page)
}
