//! Charts as SVG: drawn here, so that a page needs neither script nor network to show them.
//!
//! Colours are written as fixed numbers and named anew by the page's style, which has one set for light and one
//! for dark. Text stays text.

use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use super::document::Chart;

const WIDTH: u32 = 760;
const LABELS: u32 = 210;
const BAR: u32 = 16;
const GAP: u32 = 14;
const AXIS: u32 = 30;
/// Letters that fit beside a bar.
const LETTERS: usize = 30;

/// The colours that a series or a row can have, told apart by the colour-blind too (Okabe and Ito). The style of
/// the page knows them by these numbers.
const COLOURS: [RGBColor; 8] = [
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0xe6, 0x9f, 0x00),
    RGBColor(0x00, 0x9e, 0x73),
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0x8a, 0x8f, 0x98),
    RGBColor(0x56, 0xb4, 0xe9),
    RGBColor(0xcc, 0x79, 0xa7),
    RGBColor(0xa5, 0x1c, 0x30),
];
const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
const LINE: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);

/// What is inside the `svg` element, and its width and height; `None` where it can't be drawn, which leaves the
/// figures beside it.
pub(super) fn draw(chart: &Chart) -> Option<(String, u32, u32)> {
    let bars = if chart.stacked { 1 } else { u32::try_from(chart.series.len()).ok()? };
    let rows = u32::try_from(chart.categories.len()).ok()?;
    let height = rows * (bars * BAR + GAP) + AXIS;
    let mut svg = String::new();
    drawn(chart, bars, (WIDTH, height), &mut svg).ok()?;
    let inside = svg.split_once('>')?.1.rsplit_once("</svg>")?.0.trim().to_owned();
    Some((inside, WIDTH, height))
}

fn drawn(
    chart: &Chart,
    bars: u32,
    size: (u32, u32),
    svg: &mut String,
) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::with_string(svg, size).into_drawing_area();
    let (row, rows) = (f64::from(bars * BAR + GAP), chart.categories.len());
    let longest = longest(chart).max(1);
    let mut area = ChartBuilder::on(&root)
        .set_label_area_size(LabelAreaPosition::Left, LABELS)
        .set_label_area_size(LabelAreaPosition::Bottom, AXIS)
        .margin_right(44)
        .build_cartesian_2d(0..longest, (row * rows as f64)..0.0)?;
    let text = |size: u32| ("sans-serif", size).into_font().color(&INK);
    area.configure_mesh()
        .disable_y_mesh()
        .disable_y_axis()
        .x_labels(6)
        .light_line_style(TRANSPARENT)
        .bold_line_style(LINE)
        .axis_style(LINE)
        .label_style(text(14))
        .draw()?;
    let beside = |h| Pos::new(h, VPos::Center);
    for (at, category) in chart.categories.iter().enumerate() {
        let top = row * at as f64 + f64::from(GAP) / 2.0;
        let middle = top + f64::from(bars * BAR) / 2.0;
        let (x, y) = area.plotting_area().map_coordinate(&(0, middle));
        root.draw(&Text::new(short(category), (x - 10, y), text(16).pos(beside(HPos::Right))))?;
        let (mut from, mut bar_top) = (0, top);
        for series in &chart.series {
            let value = series.values.get(at).copied().unwrap_or_default();
            let colour = COLOURS[chart.tints.get(at).copied().unwrap_or(series.colour) % COLOURS.len()];
            let (to, bottom) = (from + value, bar_top + f64::from(BAR));
            if value > 0 {
                area.draw_series([Rectangle::new(
                    [(from, bar_top + 1.0), (to, bottom - 1.0)],
                    colour.filled(),
                )])?;
            }
            if !chart.stacked {
                label(
                    &root,
                    area.plotting_area().map_coordinate(&(to, (bar_top + bottom) / 2.0)),
                    value,
                    &text(13),
                )?;
                bar_top = bottom;
            } else {
                from = to;
            }
        }
        if chart.stacked {
            label(&root, area.plotting_area().map_coordinate(&(from, middle)), from, &text(14))?;
        }
    }
    root.present()?;
    Ok(())
}

fn label(
    root: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    (x, y): (i32, i32),
    value: u64,
    style: &TextStyle<'_>,
) -> Result<(), Box<dyn std::error::Error>> {
    let style = style.pos(Pos::new(HPos::Left, VPos::Center));
    Ok(root.draw(&Text::new(value.to_string(), (x + 6, y), style))?)
}

fn longest(chart: &Chart) -> u64 {
    let row = |at: usize| chart.series.iter().filter_map(move |series| series.values.get(at).copied());
    let rows = 0..chart.categories.len();
    if chart.stacked {
        rows.map(|at| row(at).sum()).max().unwrap_or(0)
    } else {
        rows.filter_map(|at| row(at).max()).max().unwrap_or(0)
    }
}

fn short(text: &str) -> String {
    if text.chars().count() <= LETTERS {
        return text.to_owned();
    }
    text.chars().take(LETTERS - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::document::Series, *};

    fn chart(category: &str, stacked: bool) -> Chart {
        let series = |name: &str, values: &[u64], colour| Series {
            name: name.to_owned(),
            values: values.to_vec(),
            colour,
        };
        Chart {
            id: "c",
            title: String::new(),
            description: String::new(),
            categories: vec![category.to_owned(), "b".to_owned()],
            series: vec![series("x", &[3, 0], 0), series("y", &[1, 2], 3)],
            tints: Vec::new(),
            stacked,
            svg: None,
        }
    }

    fn bars(svg: &str) -> Vec<u64> {
        let widths = svg.lines().filter(|line| line.starts_with("<rect"));
        widths.filter_map(|line| line.split("width=\"").nth(1)?.split('"').next()?.parse().ok()).collect()
    }

    #[test]
    fn bars_are_as_long_as_their_values_say() {
        let (svg, ..) = draw(&chart("a", false)).unwrap();
        let [three, one, two] = bars(&svg)[..] else { panic!("{svg}") };
        assert!(three.abs_diff(one * 3) <= 3 && three.abs_diff(one + two) <= 2, "{three} {one} {two}");
        let (svg, ..) = draw(&chart("a", true)).unwrap();
        let [three, one, two] = bars(&svg)[..] else { panic!("{svg}") };
        assert!((three + one).abs_diff(two * 2) <= 2, "{three} {one} {two}");
    }

    #[test]
    fn names_stay_text_in_a_chart() {
        let (svg, ..) = draw(&chart("<script>\"&", true)).unwrap();
        assert!(svg.contains("&lt;script&gt;") && !svg.contains("<script"), "{svg}");
        assert!(!svg.contains("http"), "{svg}");
    }

    #[test]
    fn a_chart_of_many_rows_and_of_none_is_drawn() {
        let mut none = chart("a", true);
        none.categories.clear();
        let _ = draw(&none);
        let mut much = chart(&"long ".repeat(40), false);
        much.series[0].values = vec![u64::from(u32::MAX), 0];
        assert!(draw(&much).unwrap().0.contains('…'));
    }
}
