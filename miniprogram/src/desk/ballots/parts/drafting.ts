/** The form of a ballot that is being drafted, and what is sent of it. */
import type { Body } from '@/api'
import type { Photo } from '@/platform/photos'
import type { Ballot, Kind, Matter } from '@/words/ballots'
import { fenOf } from '@/words/money'

type Sent = Body<'post', '/v1/estates/{estate_id}/ballots'>
type SentQuestion = Sent['questions'][number]
type Form = SentQuestion['form']

export interface QuestionForm {
  title: string
  text: string
  form: Form
  matter: Matter | ''
  /** One option a line. */
  options: string
  most: string
  seats: string
  amount: string
}

export interface BallotForm {
  kind: Kind
  title: string
  text: string
  buildings: string[]
  /** `building/entrance`. */
  entrances: string[]
  questions: QuestionForm[]
  leastAnswers: string
}

export const FORMS: Record<Kind, readonly { value: Form; label: string }[]> = {
  assembly: [
    { value: 'approve', label: '同意、反对、弃权' },
    { value: 'select', label: '从几个里选' },
  ],
  election: [{ value: 'select', label: '从候选人里选' }],
  renovation: [{ value: 'approve', label: '同意、反对、弃权' }],
  wishes: [{ value: 'survey', label: '从几个里选，只统计' }],
  satisfaction: [{ value: 'rate', label: '满意、基本满意、不满意、不了解' }],
}

export function blankQuestion(kind: Kind, title = ''): QuestionForm {
  const matter = kind === 'election' ? 'committee' : ''
  return { title, text: '', form: FORMS[kind][0]!.value, matter, options: '', most: '1', seats: '1', amount: '' }
}

/** The questions that a kind begins with. */
export function firstQuestions(kind: Kind): QuestionForm[] {
  if (kind === 'renovation') return [blankQuestion(kind, '是否同意改造'), blankQuestion(kind, '是否认可改造方案')]
  if (kind === 'election') return [{ ...blankQuestion(kind, '选举业主委员会委员'), most: '5', seats: '5' }]
  return [blankQuestion(kind)]
}

export function blankForm(): BallotForm {
  return {
    kind: 'assembly',
    title: '',
    text: '',
    buildings: [],
    entrances: [],
    questions: firstQuestions('assembly'),
    leastAnswers: '',
  }
}

/** The form of a draft that is there. */
export function formOf(ballot: Ballot): BallotForm {
  const scope = ballot.scope
  return {
    kind: ballot.kind,
    title: ballot.title,
    text: ballot.text,
    buildings: [...(scope.building_ids ?? [])],
    entrances: (scope.entrances ?? []).map((one) => `${one.building_id}/${one.name}`),
    questions: ballot.questions.map((one) => ({
      title: one.title,
      text: one.text ?? '',
      form: one.form,
      matter: one.matter ?? '',
      options: (one.options ?? []).map((option) => option.label).join('\n'),
      most: String(one.most ?? 1),
      seats: String(one.seats ?? 1),
      amount: one.amount_fen ? String(one.amount_fen / 100) : '',
    })),
    leastAnswers: '',
  }
}

/** Whether options are typed by hand: approvals and ratings have fixed ones, elections their candidates. */
export function hasOptions(kind: Kind, form: Form): boolean {
  return kind !== 'election' && (form === 'select' || form === 'survey')
}

/** What is sent to draft or edit. */
export function sentOf(form: BallotForm, photoIds: string[]): Sent {
  const entrances = form.entrances.map((one) => {
    const [building_id, name] = one.split('/')
    return { building_id: building_id!, name: name ?? '' }
  })
  return {
    kind: form.kind,
    title: form.title.trim(),
    text: form.text.trim(),
    questions: form.questions.map((one) => sentQuestion(form.kind, one)),
    building_ids: form.buildings,
    entrances: entrances.filter((one) => !form.buildings.includes(one.building_id)),
    photo_ids: photoIds,
    ...(form.kind === 'satisfaction' && form.leastAnswers ? { least_answers: Number(form.leastAnswers) } : {}),
  }
}

function sentQuestion(kind: Kind, one: QuestionForm): SentQuestion {
  const isSelected = one.form === 'select' || one.form === 'survey'
  const asks = kind === 'assembly' || kind === 'election'
  const labels = one.options
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  return {
    title: one.title.trim(),
    text: one.text.trim(),
    form: one.form,
    options: hasOptions(kind, one.form) ? labels.map((label, at) => ({ id: `option-${at + 1}`, label })) : [],
    most: isSelected ? Math.max(1, Number(one.most) || 1) : 1,
    seats: one.form === 'select' ? Math.max(1, Number(one.seats) || 1) : 1,
    ...(asks && one.matter ? { matter: one.matter } : {}),
    ...(asks && one.amount.trim() ? { amount_fen: fenOf(one.amount) } : {}),
  }
}

/** Photos of the draft that stay, and those that are still to be sent. */
export function photosOf(ballot: Ballot): Photo[] {
  return ballot.photos.map((one) => ({ path: one.links?.small ?? '', size: 0, type: 'image/jpeg', id: one.id }))
}
