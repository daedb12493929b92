"""Drawing how much a confidence is worth: shares of right values over what was said of them."""

from _calibrating import Reliability

SIDE, EDGE = 320, 48
WHOLE = SIDE + 2 * EDGE


def plotted(told: Reliability) -> str:
    """Return the plot as SVG: a dot for each bin of equal count, its size by how far it is off."""
    dots = "".join(
        f'<circle cx="{_x(mean):.1f}" cy="{_y(share):.1f}" r="4" fill="#1f6feb">'
        f"<title>said {mean:.2f}, right {share:.2f}, {count} values</title></circle>"
        for mean, share, count in told.bins
    )
    path = " ".join(f"{_x(mean):.1f},{_y(share):.1f}" for mean, share, _count in told.bins)
    ticks = "".join(_tick(tenth / 10) for tenth in range(0, 11, 2))
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WHOLE} {WHOLE}" width="{WHOLE}"
 height="{WHOLE}" font-family="sans-serif" font-size="12" role="img">
<title>Share of right values over confidence, of layouts that the table has not seen</title>
<rect width="{WHOLE}" height="{WHOLE}" fill="#fff"/>
<rect x="{EDGE}" y="{EDGE}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#bbb"/>
<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="#999" stroke-dasharray="4 4"/>
{ticks}<polyline points="{path}" fill="none" stroke="#1f6feb"/>{dots}
<text x="{WHOLE / 2}" y="{WHOLE - 10}" text-anchor="middle">confidence that was given</text>
<text x="14" y="{WHOLE / 2}" text-anchor="middle" transform="rotate(-90 14 {WHOLE / 2})">share that was right</text>
<text x="{EDGE}" y="{EDGE - 14}">ECE {told.expected_error:.3f}, AUC {told.area:.3f}; at .90 and above {told.accepted_right:.1%} right</text>
</svg>
"""


def _x(share: float) -> float:
    return EDGE + SIDE * share


def _y(share: float) -> float:
    return EDGE + SIDE * (1 - share)


def _tick(share: float) -> str:
    return (
        f'<text x="{_x(share)}" y="{EDGE + SIDE + 16}" text-anchor="middle">{share:.1f}</text>'
        f'<text x="{EDGE - 6}" y="{_y(share) + 4}" text-anchor="end">{share:.1f}</text>'
    )
