/** Words about what may be charged and how. */
import type { Shape } from '@/api'
import type { BillKind } from './fees'

export type Method = Shape<'PricingSent'>['method']
export type MeterKind = NonNullable<Shape<'PricingSent'>['meter']>

/** The charges every city knows; anything else gets a name of its own. */
export const CHARGES: readonly { value: string; label: string; kind: BillKind }[] = [
  { value: 'service_base', label: '物业服务费', kind: 'service' },
  { value: 'lift', label: '电梯运行费', kind: 'service' },
  { value: 'parking_open', label: '露天停车费', kind: 'parking' },
  { value: 'parking_indoor1', label: '室内停车费（一类）', kind: 'parking' },
  { value: 'parking_indoor2', label: '室内停车费（二类）', kind: 'parking' },
  { value: 'shared_power', label: '公摊电费', kind: 'utility' },
  { value: 'shared_water', label: '公摊水费', kind: 'utility' },
  { value: 'water', label: '水费', kind: 'utility' },
  { value: 'electricity', label: '电费', kind: 'utility' },
  { value: 'heat', label: '供热费', kind: 'utility' },
]

export const METHODS = [
  { value: 'area_price', label: '面积 × 单价' },
  { value: 'fixed', label: '每户定额' },
  { value: 'per_count', label: '按数量（车位、服务）' },
  { value: 'metered', label: '按表计量' },
  { value: 'shared', label: '按实际费用分摊' },
  { value: 'grade_menu', label: '服务等级套餐' },
  { value: 'formula', label: '按公式' },
] as const satisfies readonly { value: Method; label: string }[]

export const METERS = [
  { value: 'water', label: '水表' },
  { value: 'hot_water', label: '热水表' },
  { value: 'electricity', label: '电表' },
  { value: 'heat', label: '热量表' },
  { value: 'gas', label: '燃气表' },
] as const satisfies readonly { value: MeterKind; label: string }[]

export const METER_UNITS: Record<MeterKind, string> = {
  water: '吨',
  hot_water: '吨',
  electricity: '度',
  heat: '千瓦时',
  gas: '立方米',
}
