"""Where the sample lies: moved from Germany to Zigong, by district, and in square cells."""

from math import asin, atan2, cos, degrees, hypot, radians, sin
from typing import Final, NamedTuple


class Place(NamedTuple):
    """Degrees of WGS 84."""

    longitude: float
    latitude: float


#: What lies at the first is moved to the second: the city of Zigong. The first was chosen so that
#: the grids that are taken lie in all of the six districts.
FROM: Final = Place(11.47, 53.59)
TO: Final = Place(104.778442, 29.33903)

#: Where the governments of the districts have their seats, and those of the counties around
#: (cpca 0.5.5, MIT). Their datum is not declared; they are compared by kilometres only.
SEATS: Final = {
    "510302": Place(104.777191, 29.337429),
    "510303": Place(104.715288, 29.345313),
    "510304": Place(104.773994, 29.363702),
    "510311": Place(104.874079, 29.272586),
    "510321": Place(104.417493, 29.445479),
    "510322": Place(104.975048, 29.181429),
}
SEATS_AROUND: Final = (
    Place(105.067597, 29.587053),  # Shizhong, Neijiang
    Place(105.075489, 29.592756),  # Dongxing
    Place(104.668879, 29.52744),  # Weiyuan
    Place(104.851944, 29.764059),  # Zizhong
    Place(105.287612, 29.339476),  # Longchang
    Place(105.381893, 29.151534),  # Lu
    Place(104.969152, 28.846382),  # Nanxi
    Place(104.620009, 28.765689),  # Cuiping
    Place(104.533212, 28.690045),  # Yibin
    Place(103.949326, 29.20817),  # Qianwei
    Place(104.069726, 29.651287),  # Jingyan
)

#: The outermost places of Zigong as the city states them: 104°02′57″ to 105°16′11″ E, 28°55′37″ to
#: 29°38′25″ N. The cells are counted from the first.
SOUTH_WEST: Final = Place(104.049167, 28.926944)
NORTH_EAST: Final = Place(105.269722, 29.640278)

#: Kilometres of a degree of latitude on a sphere, and the side of a cell.
KM_OF_A_DEGREE: Final = 111.195
CELL_KM: Final = 5
CELL_LATITUDE: Final = CELL_KM / KM_OF_A_DEGREE
CELL_LONGITUDE: Final = CELL_LATITUDE / cos(radians(TO.latitude))


def moved(place: Place) -> Place:
    """The place after the globe was turned until `FROM` lies at `TO`, north kept north there.

    Turning keeps lengths on a sphere; on the ellipsoid they change by less than 1 %.
    """
    longitude, latitude = radians(place.longitude - FROM.longitude), radians(place.latitude)
    tilt = radians(TO.latitude - FROM.latitude)
    outward, north = cos(latitude) * cos(longitude), sin(latitude)
    east = cos(latitude) * sin(longitude)
    outward, north = (
        outward * cos(tilt) - north * sin(tilt),
        outward * sin(tilt) + north * cos(tilt),
    )
    turned = Place(TO.longitude + degrees(atan2(east, outward)), degrees(asin(north)))
    return Place(round(turned.longitude, 6), round(turned.latitude, 6))


def kilometres(one: Place, other: Place) -> float:
    """As on a plane; right to a per mille or so within the city."""
    scale = cos(radians((one.latitude + other.latitude) / 2))
    return KM_OF_A_DEGREE * hypot(
        (one.longitude - other.longitude) * scale, one.latitude - other.latitude
    )


def district(place: Place) -> str:
    """The district whose seat is the nearest: a rule of ours, no boundary."""
    return min(SEATS, key=lambda code: kilometres(SEATS[code], place))


def within(place: Place) -> bool:
    """Whether no seat around Zigong is nearer than those in it."""
    own = kilometres(SEATS[district(place)], place)
    return all(kilometres(seat, place) > own for seat in SEATS_AROUND)


class Cell(NamedTuple):
    """A square of the map's raster, counted from the south-west from 1."""

    row: int
    column: int

    @property
    def code(self) -> str:
        return f"C-{self.row:02}-{self.column:02}"

    @property
    def ring(self) -> list[Place]:
        """Its corners, counter-clockwise, closed (RFC 7946)."""
        south = SOUTH_WEST.latitude + (self.row - 1) * CELL_LATITUDE
        west = SOUTH_WEST.longitude + (self.column - 1) * CELL_LONGITUDE
        north, east = south + CELL_LATITUDE, west + CELL_LONGITUDE
        corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
        return [Place(round(x, 6), round(y, 6)) for x, y in corners]

    @property
    def centre(self) -> Place:
        (west, south), _, (east, north), *_ = self.ring
        return Place((west + east) / 2, (south + north) / 2)


def cell(place: Place) -> Cell:
    return Cell(
        row=int((place.latitude - SOUTH_WEST.latitude) // CELL_LATITUDE) + 1,
        column=int((place.longitude - SOUTH_WEST.longitude) // CELL_LONGITUDE) + 1,
    )
