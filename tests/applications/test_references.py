from hypothesis import given
from hypothesis import strategies as st

from applications.references import LARGEST, reference_number


def drawn(key: str, how_many: int) -> list[int]:
    taken: list[int] = []
    for sequence in range(1, how_many + 1):
        number = reference_number(key, sequence=sequence, taken=taken)
        assert number is not None
        taken.append(number)
    return taken


@given(st.text(min_size=1))
def test_reference_numbers_are_unique_and_in_range(key: str) -> None:
    numbers = drawn(key, 60)
    assert len(set(numbers)) == 60
    assert all(1 <= number <= LARGEST for number in numbers)


def test_reference_numbers_are_the_same_again_for_the_same_key_and_others_for_another() -> None:
    assert drawn("one", 20) == drawn("one", 20)
    assert drawn("one", 20) != drawn("two", 20)


def test_reference_numbers_do_not_count_up() -> None:
    numbers = drawn("some key", 30)
    assert numbers != sorted(numbers)
    assert max(numbers) > 1000


def test_reference_number_probes_for_the_next_free_one_and_wraps() -> None:
    first = reference_number("key", sequence=1, taken=())
    assert first is not None
    assert reference_number("key", sequence=1, taken={first}) == first % LARGEST + 1
    free = 17
    assert reference_number("key", sequence=1, taken=set(range(1, LARGEST + 1)) - {free}) == free


def test_reference_number_of_a_full_round_is_none() -> None:
    assert reference_number("key", sequence=1, taken=range(1, LARGEST + 1)) is None
