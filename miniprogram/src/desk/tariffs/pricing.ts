/** A pricing as it is typed, and as it is sent. */
import type { Shape } from '@/api'
import { partsOf, price, priceOf, quantity } from '@/words/prices'
import { METER_UNITS, type MeterKind, type Method } from '@/words/tariffs'

type Pricing = Shape<'PricingSent'>

export interface PricingForm {
  method: Method[]
  price: string
  unit: string
  meter: MeterKind[]
  stepped: boolean
  firstUpTo: string
  above: string
  grade: string[]
  itemPrices: Record<string, string>
  formula: string
}

export const emptyPricing = (): PricingForm => ({
  method: ['area_price'],
  price: '',
  unit: '车位',
  meter: ['water'],
  stepped: false,
  firstUpTo: '',
  above: '',
  grade: [],
  itemPrices: {},
  formula: '',
})

/** The form of a tariff that was drafted before. */
export function typedPricing(pricing: Pricing): PricingForm {
  const [first, second] = pricing.steps ?? []
  return {
    ...emptyPricing(),
    method: [pricing.method],
    price: price(first?.price ?? pricing.price ?? 0),
    unit: pricing.unit || '车位',
    meter: [pricing.meter ?? 'water'],
    stepped: Boolean(second),
    firstUpTo: first?.up_to ? quantity(first.up_to) : '',
    above: second ? price(second.price) : '',
    itemPrices: Object.fromEntries((pricing.items ?? []).map((item) => [item.item_id, price(item.price)])),
    formula: pricing.formula ?? '',
  }
}

/** What is sent; undefined while something that the method needs is missing or no number. */
export function sentPricing(form: PricingForm, standard: Shape<'StandardShown'> | null): Pricing | undefined {
  const method = form.method[0] ?? 'area_price'
  const parts = priceOf(form.price)
  switch (method) {
    case 'shared':
      return { method }
    case 'area_price':
    case 'fixed':
      return parts ? { method, price: parts } : undefined
    case 'per_count':
      return parts && form.unit.trim() ? { method, price: parts, unit: form.unit.trim() } : undefined
    case 'metered':
      return metered(form, parts)
    case 'formula':
      return form.formula.trim() ? { method, price: parts ?? 0, formula: form.formula.trim() } : undefined
    case 'grade_menu':
      return packaged(form, standard)
  }
}

function metered(form: PricingForm, parts: number | undefined): Pricing | undefined {
  const meter = form.meter[0] ?? 'water'
  const about = { method: 'metered', meter, unit: METER_UNITS[meter] } as const
  if (!parts) return undefined
  if (!form.stepped) return { ...about, price: parts }
  const [upTo, above] = [partsOf(form.firstUpTo, 3), priceOf(form.above)]
  return upTo && above ? { ...about, steps: [{ price: parts, up_to: upTo }, { price: above }] } : undefined
}

function packaged(form: PricingForm, standard: Shape<'StandardShown'> | null): Pricing | undefined {
  const wanted = standard?.grades.find((one) => one.id === form.grade[0])?.items ?? []
  const items = wanted.map((id) => ({
    item_id: id,
    label: standard!.items.find((item) => item.id === id)?.name ?? id,
    price: priceOf(form.itemPrices[id] ?? ''),
  }))
  if (!items.length || items.some((item) => item.price === undefined)) return undefined
  return { method: 'grade_menu', items: items.map((item) => ({ ...item, price: item.price! })) }
}
