"""Cards and what they show, made as the offices would make them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from miniprogram_api.cards.batches import CardSpot, first_card
from miniprogram_api.cards.face import Contact
from miniprogram_api.cards.rules import Card, CardState, Grain
from miniprogram_api.cards.store import CardStore
from miniprogram_api.cards.week import WeekSpan
from miniprogram_api.container import Container
from miniprogram_api.estates.rules import Building, Room
from miniprogram_api.estates.store import BUILDING, ESTATE, ROOM
from miniprogram_api.kernel.ids import new_id
from miniprogram_api.kernel.place import PlaceInEstate, PlaceKind
from miniprogram_api.storage.transaction import Transaction
from tests.world import World

OFFICE = tuple(WeekSpan(day * 1440 + 540, day * 1440 + 1080) for day in range(5))  # Monday to Friday 09:00-18:00
MANAGER = Contact("王建国", "项目经理", "13800000001", hours=OFFICE)
DEPUTY = Contact("李秀英", "副经理", "13800000002")


@dataclass
class Wall:
    """One estate with its face, and ways to put cards on its walls."""

    container: Container
    world: World

    def show(self, leader: Contact | None = MANAGER, deputy: Contact | None = DEPUTY) -> None:
        """Let the cards show a filed company, its manager and its deputy, in one act."""
        act = Transaction("system", "test_setup", self.container.clock())
        estate, cards = self.world.estate, self.container.cards
        cards.show_company(act, estate, self.world.company, verified=True)
        cards.show_leader(act, estate, leader, deputy)
        self.container.table.commit(act)

    def hang(self, state: CardState = CardState.ACTIVE, label: str = "3号楼1单元", room_id: str | None = None) -> Card:
        """Put a card up in a state, for a wall or for a room's household."""
        estate, now = self.world.estate, self.container.clock()
        kind = PlaceKind.COMMON if room_id is None else PlaceKind.HOME
        place = PlaceInEstate(kind, label, new_id("bld", now), "1单元", room_id)
        grain = Grain.ENTRANCE if room_id is None else Grain.ROOM
        spot = CardSpot(place, f"{place.building_id}#1单元")
        card = replace(first_card(estate.id, estate.locator, grain, spot, "batch_test", now), state=state)
        act = Transaction("system", "test_setup", now)
        CardStore(self.container.table).add_card(act, card)
        self.container.table.commit(act)
        return card

    def build(self, buildings: int, entrances: int, rooms_each: int) -> list[Building]:
        """Enter buildings with entrances and rooms into the register of the estate."""
        now, estate = self.container.clock(), self.world.estate
        made = []
        for number in range(1, buildings + 1):
            names = tuple(f"{entrance}单元" for entrance in range(1, entrances + 1))
            building = Building(new_id("bld", now), estate.id, f"{number}号楼", names)
            act = Transaction("system", "test_setup", now)
            act.add(BUILDING, building)
            for entrance in names:
                for door in range(101, 101 + rooms_each):
                    label = f"{building.name}{entrance}{door}"
                    order = f"{entrance}{door:05d}"
                    act.add(
                        ROOM, Room(new_id("room", now), estate.id, building.id, entrance, str(door), label, 5000, order)
                    )
            self.container.table.commit(act)
            made.append(building)
        count = buildings * entrances * rooms_each
        current = self.container.estates.get_estate(estate.id)
        act = Transaction("system", "test_setup", now)
        act.change(ESTATE, current, replace(current, households=count))
        self.container.table.commit(act)
        return made


class FiledContracts:
    """Stands for the filings: says whether a contract is in force."""

    def __init__(self, *, filed: bool = True) -> None:
        self.filed = filed

    def current(self, estate_id: str) -> object | None:
        """Return something when a contract is filed."""
        return object() if self.filed else None
