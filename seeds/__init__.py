"""The sample: a sketch of Huashan and ninety days of patrols, drawn for this project. See seeds/README.md."""

from seeds.city import Sample, sample
from seeds.patrols import tracks
from seeds.track import Track

__all__ = ["Sample", "Track", "sample", "tracks"]
