"""Whether a time grows in proportion to what is read; other work on the machine disturbs a measurement, and never makes one too short."""


def least_times(seconds, few, many, linear):
    """The least times that `few` and `many` things take, seconds(n) each: measured up to three times, until linear(of few, of many) holds."""
    times = [seconds(few), seconds(many)]
    for _ in range(2):
        if linear(*times):
            break
        times = [min(times[0], seconds(few)), min(times[1], seconds(many))]
    return times
