import { Type } from 'typebox'
import { actorOf, notAllowed, principalOf } from '#modules/auth/index.ts'
import { courseNotFound } from '#modules/courses/index.ts'
import { etagOf, requireMatch, sendVersioned } from '#platform/http/conditional.ts'
import { problemResponses } from '#platform/http/problem-responses.ts'
import type { Server } from '#platform/http/server.ts'
import { gradeCategoryNotFound, gradeItemNotFound, itemFollowsSource, setupFull } from '../problems.ts'
import type { GradebookRoutesDeps } from '../routes.ts'
import {
  CategoryParams,
  ChangeCategoryBody,
  ChangeItemBody,
  CourseParams,
  GradeCategory,
  GradeItem,
  GradeScale,
  GradingSetup,
  ItemParams,
  NewCategoryBody,
  NewItemBody,
  ScaleBody,
} from './schemas.ts'

const tags = ['gradebook']

export async function setupRoutes(app: Server, deps: GradebookRoutesDeps): Promise<void> {
  await app.register(courseRoutes, deps)
  await app.register(categoryRoutes, deps)
  await app.register(itemRoutes, deps)
}

async function courseRoutes(app: Server, { gradebook }: GradebookRoutesDeps): Promise<void> {
  app.get(
    '/courses/:courseId/grading',
    {
      schema: {
        operationId: 'getGradingSetup',
        summary: 'Read how a course grades: items, categories with weights, letters (staff)',
        tags,
        params: CourseParams,
        response: { 200: GradingSetup, ...problemResponses(courseNotFound, notAllowed) },
      },
    },
    async (request, reply) => reply.send(await gradebook.readSetup(principalOf(request), request.params.courseId)),
  )

  app.get(
    '/courses/:courseId/grade-scale',
    {
      config: { versioned: true },
      schema: {
        operationId: 'getGradeScale',
        summary: 'Read the letters of a course and where they begin (staff)',
        tags,
        params: CourseParams,
        response: { 200: GradeScale, ...problemResponses(courseNotFound, notAllowed) },
      },
    },
    async (request, reply) => {
      const { version, body } = await gradebook.readScale(principalOf(request), request.params.courseId)
      return sendVersioned(request, reply, version, body)
    },
  )

  app.put(
    '/courses/:courseId/grade-scale',
    {
      config: { versioned: true },
      schema: {
        operationId: 'setGradeScale',
        summary: 'Give a course letters of its own',
        description: 'Letters are compared with the percentage as it is shown, rounded to two decimals.',
        tags,
        params: CourseParams,
        body: ScaleBody,
        response: { 200: GradeScale, ...problemResponses(courseNotFound, notAllowed) },
      },
    },
    async (request, reply) => {
      const check = (present: number) => requireMatch(request, present)
      const { courseId } = request.params
      const caller = principalOf(request)
      const { version, body } = await gradebook.setScale(caller, courseId, request.body, check, actorOf(request))
      return reply.header('etag', etagOf(version)).send(body)
    },
  )

  app.post(
    '/courses/:courseId/grade-categories',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'addGradeCategory',
        summary: 'Add a category: a weight, and how many of the lowest grades do not count',
        tags,
        params: CourseParams,
        body: NewCategoryBody,
        response: { 201: GradeCategory, ...problemResponses(courseNotFound, notAllowed, setupFull) },
      },
    },
    async (request, reply) => {
      const { courseId } = request.params
      const { version, body } = await gradebook.addCategory(
        principalOf(request),
        courseId,
        request.body,
        actorOf(request),
      )
      return reply.code(201).header('etag', etagOf(version)).send(body)
    },
  )

  app.post(
    '/courses/:courseId/grade-items',
    {
      config: { idempotent: true },
      schema: {
        operationId: 'addGradeItem',
        summary: 'Add a manual item, whose grades are entered by hand',
        description: 'Items of quizzes and assignments come and go with them.',
        tags,
        params: CourseParams,
        body: NewItemBody,
        response: {
          201: GradeItem,
          ...problemResponses(courseNotFound, notAllowed, gradeCategoryNotFound, setupFull),
        },
      },
    },
    async (request, reply) => {
      const { courseId } = request.params
      const { version, body } = await gradebook.addItem(principalOf(request), courseId, request.body, actorOf(request))
      return reply.code(201).header('etag', etagOf(version)).send(body)
    },
  )
}

async function categoryRoutes(app: Server, { gradebook }: GradebookRoutesDeps): Promise<void> {
  app.get(
    '/grade-categories/:categoryId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'getGradeCategory',
        summary: 'Read a category (staff)',
        tags,
        params: CategoryParams,
        response: { 200: GradeCategory, ...problemResponses(gradeCategoryNotFound, notAllowed) },
      },
    },
    async (request, reply) => {
      const { version, body } = await gradebook.readCategory(principalOf(request), request.params.categoryId)
      return sendVersioned(request, reply, version, body)
    },
  )

  app.patch(
    '/grade-categories/:categoryId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'changeGradeCategory',
        summary: 'Change the title, weight or drops of a category',
        tags,
        params: CategoryParams,
        body: ChangeCategoryBody,
        response: { 200: GradeCategory, ...problemResponses(gradeCategoryNotFound, notAllowed) },
      },
    },
    async (request, reply) => {
      const check = (present: number) => requireMatch(request, present)
      const { categoryId } = request.params
      const caller = principalOf(request)
      const { version, body } = await gradebook.changeCategory(
        caller,
        categoryId,
        request.body,
        check,
        actorOf(request),
      )
      return reply.header('etag', etagOf(version)).send(body)
    },
  )

  app.delete(
    '/grade-categories/:categoryId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'deleteGradeCategory',
        summary: 'Delete a category; its items stay, in none',
        tags,
        params: CategoryParams,
        response: { 204: Type.Null(), ...problemResponses(gradeCategoryNotFound, notAllowed) },
      },
    },
    async (request, reply) => {
      const check = (present: number) => requireMatch(request, present)
      await gradebook.removeCategory(principalOf(request), request.params.categoryId, check, actorOf(request))
      return reply.code(204).send(null)
    },
  )
}

async function itemRoutes(app: Server, { gradebook }: GradebookRoutesDeps): Promise<void> {
  app.get(
    '/grade-items/:itemId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'getGradeItem',
        summary: 'Read a grade item (staff)',
        tags,
        params: ItemParams,
        response: { 200: GradeItem, ...problemResponses(gradeItemNotFound, notAllowed) },
      },
    },
    async (request, reply) => {
      const { version, body } = await gradebook.readItem(principalOf(request), request.params.itemId)
      return sendVersioned(request, reply, version, body)
    },
  )

  app.patch(
    '/grade-items/:itemId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'changeGradeItem',
        summary: 'Put an item into a category, release or hide it, make it extra credit',
        description: 'Title and points can be changed for manual items only; others follow their quiz or assignment.',
        tags,
        params: ItemParams,
        body: ChangeItemBody,
        response: {
          200: GradeItem,
          ...problemResponses(gradeItemNotFound, gradeCategoryNotFound, notAllowed, itemFollowsSource),
        },
      },
    },
    async (request, reply) => {
      const check = (present: number) => requireMatch(request, present)
      const { itemId } = request.params
      const caller = principalOf(request)
      const { version, body } = await gradebook.changeItem(caller, itemId, request.body, check, actorOf(request))
      return reply.header('etag', etagOf(version)).send(body)
    },
  )

  app.delete(
    '/grade-items/:itemId',
    {
      config: { versioned: true },
      schema: {
        operationId: 'removeGradeItem',
        summary: 'Take a manual item out of the gradebook',
        tags,
        params: ItemParams,
        response: { 204: Type.Null(), ...problemResponses(gradeItemNotFound, notAllowed, itemFollowsSource) },
      },
    },
    async (request, reply) => {
      const check = (present: number) => requireMatch(request, present)
      await gradebook.removeItem(principalOf(request), request.params.itemId, check, actorOf(request))
      return reply.code(204).send(null)
    },
  )
}
