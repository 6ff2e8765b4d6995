"""Settings fit small and large machines."""

import pytest

from api.cluster.tuning import for_this_machine, memory_mb, settings


@pytest.mark.parametrize("memory", [256, 2048, 65536, 1 << 21])
@pytest.mark.parametrize("cores", [1, 2, 64])
def test_they_stay_within_the_machine(memory, cores):
    found = settings(memory, cores, 10_000, 4096)
    assert 32 <= int(found["shared_buffers"].removesuffix("MB")) <= max(memory // 4, 32)
    assert int(found["work_mem"].removesuffix("MB")) <= 64
    assert found["jit"] == "off"


def test_a_small_shared_memory_is_not_used_for_parallel_plans():
    assert settings(4096, 2, 10_000, 64)["dynamic_shared_memory_type"] == "mmap"


def test_this_machine_is_known(tmp_path):
    assert memory_mb() > 100
    assert for_this_machine(tmp_path)["max_wal_size"].endswith("MB")
