/** Words about rooms of the roster. */
export const ROOM_USES = [
  { value: 'dwelling', label: '住宅' },
  { value: 'shop', label: '商铺' },
  { value: 'parking', label: '车位' },
  { value: 'storage', label: '储藏' },
] as const

export const AREA_SOURCES = [
  { value: 'registered', label: '不动产登记' },
  { value: 'surveyed', label: '测绘' },
  { value: 'contract', label: '合同' },
] as const
