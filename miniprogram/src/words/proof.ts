/**
 * One's own vote in the file of proof (docs/ballot-bundle.md): its commitment is computed anew from what the file says, and
 * must be the one of the receipt. The whole count is checked with `verify_ballot.py`.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Shape } from '@/api'

export type Receipt = Shape<'miniprogram_api.ballots.schemas.shown.ReceiptShown'>

interface Row {
  row: string
  vote: { revision: number; channel: string; choices: string[][]; salt: string; earlier: string[] } | null
}

export interface Bundle {
  ballot: { id: string; title: string; questions: { title: string; options: { id: string; label: string }[] }[] }
  roll: { root: string; rooms: number }
  rows: Row[]
}

export interface Finding {
  holds: boolean
  said: string
}

/** The digest of a text as the bundle's page defines it. */
export function digestOf(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)))
}

/** `H(a, b, …)`: the digest of the list in its canonical form. */
function hash(...values: unknown[]): string {
  return digestOf(JSON.stringify(values))
}

/** What the file of proof says of the vote of a receipt, finding by finding. */
export function checkReceipt(bundle: Bundle, receipt: Receipt): Finding[] {
  const found: Finding[] = []
  const say = (holds: boolean, good: string, bad: string) => found.push({ holds, said: holds ? good : bad })
  const row = hash('row', receipt.ballot_id, receipt.room_id, receipt.row_salt).slice(0, 32)
  say(row === receipt.row, '回执的行号是由您的房屋和回执里的密语算出来的。', '回执的行号和您的房屋对不上。')
  say(receipt.roll_root === bundle.roll.root, `名册没有变过（${bundle.roll.rooms} 户）。`, '名册和您投票时的不一样。')
  const line = bundle.rows.find((one) => one.row === receipt.row)
  const vote = line?.vote
  say(Boolean(vote), '您的票在计票清单里。', '计票清单里没有您的票。')
  if (!vote) return found
  const commitment = hash('vote', bundle.ballot.id, receipt.row, vote.revision, vote.choices, vote.salt)
  if (vote.revision > receipt.revision) {
    say(
      vote.earlier[receipt.revision - 1] === receipt.commitment,
      '这张回执之后，您又改过一次票，算的是后来的那张。',
      '这张回执的票没有留在改票记录里。',
    )
  } else {
    say(
      commitment === receipt.commitment,
      '封条对得上：计的就是您投的那张，没有被改过。',
      '封条对不上：计票清单里的票和您投的不一样。',
    )
  }
  return found
}

/** What a vote in the file chose, in words. */
export function choicesOf(bundle: Bundle, row: string): string[] {
  const vote = bundle.rows.find((one) => one.row === row)?.vote
  return bundle.ballot.questions.map((question, index) => {
    const chosen = vote?.choices[index] ?? []
    const labels = question.options.filter((option) => chosen.includes(option.id)).map((option) => option.label)
    return `${question.title}：${labels.join('、') || '未选'}`
  })
}
