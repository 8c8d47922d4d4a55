import { type Html, html, htmlPage } from '#platform/http/pages/page.ts'
import type { Problem } from '#platform/problem/problem.ts'
import type { Verification } from '../schemas.ts'

/** The answer for a person who has opened the address, or scanned it, in a browser. */
export function verificationPage(issuerName: string, certificate: Verification): string {
  const { number, holderName, courseTitle, grade, completedOn, status } = certificate
  const state =
    status === 'valid' ? html`<span class="state good">valid</span>` : html`<span class="state bad">revoked</span>`
  return htmlPage(
    `Certificate ${number}`,
    html`<h1>Certificate ${number}</h1>
<p class="faint">${issuerName}</p>
<p>${state}</p>
<ul>
${field('Holder', holderName)}
${field('Course', courseTitle)}
${grade === null ? html`` : field('Grade', grade)}
${field('Completed on', completedOn)}
</ul>
${status === 'valid' ? html`` : html`<p>This certificate was revoked and does not count any more.</p>`}`,
  )
}

/** The refusal for such a person. */
export function refusalPage(issuerName: string, { title, message }: Problem): string {
  return htmlPage(
    title,
    html`<h1>${title}</h1>
<p class="faint">${issuerName}</p>
<p><span class="state bad">not verified</span></p>
<p>${message}</p>`,
  )
}

function field(label: string, value: string): Html {
  return html`<li><span class="faint">${label}</span> <strong><bdi>${value}</bdi></strong></li>`
}
