/*
 * The burn-up of 进度 as a chart, drawn in the place of the SVG from the same figures. Without this file, without
 * ECharts and on paper the SVG stands; it gives way only once the chart has been drawn.
 *   [data-gm-curve]   the address of the figures (views/progress.py, curve_data)
 */
(() => {
  "use strict";

  const box = document.querySelector("[data-gm-curve]");
  if (!box || !window.echarts) return;
  const place = box.querySelector(".gm-burn-box__chart");
  const styles = getComputedStyle(document.documentElement);
  const colour = (name) => styles.getPropertyValue(`--gm-${name}`).trim();
  const INK = colour("ink");
  const GREY = colour("ink-2");
  const PALE = colour("ink-3");
  const RULE = colour("line");
  const GREEN = colour("green");
  const FONT = colour("font");

  // "2019-12-20" as the page writes a day, and its month.
  const written = (text, parts) =>
    new Date(text).toLocaleDateString(document.documentElement.lang, { timeZone: "UTC", ...parts });
  const asDay = (text) => written(text, { year: "numeric", month: "long", day: "numeric" });
  const asMonth = (text) => written(`${text}-01`, { year: "numeric", month: "long" });

  const LINES = {
    planned: { color: "#84908a", type: "dashed", width: 2, symbol: "none" },
    declared: { color: GREY, type: "solid", width: 1.5, symbol: "emptyTriangle" },
    verified: { color: GREEN, type: "solid", width: 2.5, symbol: "circle" },
    listed: { color: INK, type: [2, 3], width: 1.5, symbol: "emptyRect" },
  };
  const DONE = ["declared", "verified", "listed"];

  const line = (name, data, labels) => {
    const look = LINES[name];
    return {
      name: labels[name],
      type: "line",
      data,
      symbol: look.symbol,
      symbolSize: 6,
      showSymbol: true,
      color: look.color,
      lineStyle: { color: look.color, type: look.type, width: look.width },
    };
  };

  const planned = ({ points, labels }) =>
    line("planned", points.map((point) => [point.day, point.planned]), labels);

  const done = ({ points, labels }) =>
    DONE.map((name) =>
      line(name, points.filter((point) => point.seen_on).map((point) => [point.seen_on, point[name]]), labels),
    );

  // The two lines of the law, the day looked at: marks of a series of their own, which holds no figures.
  const marks = ({ points, checkpoints, labels, as_of }) => ({
    name: labels.checkpoint,
    type: "scatter",
    symbol: "circle",
    symbolSize: 11,
    color: "#fff",
    itemStyle: { color: "#fff", borderColor: INK, borderWidth: 2 },
    z: 5,
    data: checkpoints.map((point) => ({ value: [point.due_on, point.required], share: point.share })),
    label: {
      show: true,
      position: "left",
      distance: 6,
      offset: [0, -12],
      color: INK,
      textBorderColor: "#fff",
      textBorderWidth: 3,
      formatter: ({ data }) => `≥${data.share}% · ${data.value[1]}`,
    },
    markLine: {
      silent: true,
      symbol: "none",
      animation: false,
      lineStyle: { color: INK, type: [2, 3], width: 1 },
      label: { formatter: asDay(as_of), position: "end", color: GREY },
      data: as_of >= points[0].day.slice(0, 8) && as_of <= points[points.length - 1].day ? [{ xAxis: as_of }] : [],
    },
  });

  const ahead = ({ points, forecast, criterion, as_of, labels }) => {
    const last = points.filter((point) => point.seen_on).pop();
    if (!forecast || !last) return [];
    const from = last[criterion];
    return [
      {
        // From today's figure to the whole range on the checkpoint's day.
        type: "custom",
        silent: true,
        z: 1,
        data: [[forecast.day, forecast.high]],
        renderItem: (params, api) => ({
          type: "polygon",
          shape: {
            points: [[as_of, from], [forecast.day, forecast.high], [forecast.day, forecast.low]].map((point) =>
              api.coord(point),
            ),
          },
          style: { fill: GREEN, opacity: 0.14 },
        }),
      },
      {
        name: labels.forecast,
        type: "line",
        symbol: "none",
        color: GREEN,
        lineStyle: { type: [2, 4], color: GREEN, width: 2 },
        data: [[as_of, from], [forecast.day, forecast.expected]],
      },
    ];
  };

  // Planned and done of one month lie on different days while the month runs: the month's figures are told together.
  const tell = ({ points, checkpoints, labels, forecast }) => (shown) => {
    const day = new Date(shown[0].axisValue);
    const month = `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}`;
    const point = points.find((one) => one.day.startsWith(month));
    if (!point) return "";
    const rows = [`{head|${asMonth(month)}}`, `${labels.planned}  ${point.planned}`];
    if (point.seen_on) rows.push(...DONE.map((name) => `${labels[name]}  ${point[name]}`));
    for (const mark of checkpoints.filter((one) => one.due_on.startsWith(month))) {
      rows.push(`${labels.required} ≥${mark.share}%  ${mark.required}`);
    }
    if (forecast?.day.startsWith(month)) {
      rows.push(`${labels.forecast}  ${forecast.expected}${forecast.low < forecast.high ? ` [${forecast.low}–${forecast.high}]` : ""}`);
    }
    return rows.join("\n");
  };

  const option = (data) => ({
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 300,
    textStyle: { fontFamily: FONT, fontSize: 12, color: GREY },
    grid: { left: 34, right: 20, top: 28, bottom: 28 },
    xAxis: {
      type: "time",
      min: `${data.points[0].day.slice(0, 8)}01`,
      max: data.points[data.points.length - 1].day,
      axisLine: { lineStyle: { color: PALE } },
      axisLabel: { formatter: "{yyyy}.{M}", color: GREY, hideOverlap: true },
      splitLine: { show: false },
    },
    yAxis: {
      type: "value",
      min: 0,
      minInterval: 1,
      axisLabel: { color: GREY },
      splitLine: { lineStyle: { color: RULE } },
    },
    tooltip: {
      trigger: "axis",
      // Tooltips written as HTML carry style attributes, which the site's policy refuses.
      renderMode: "richText",
      confine: true,
      axisPointer: { type: "line", lineStyle: { color: PALE } },
      backgroundColor: "#fff",
      borderColor: RULE,
      textStyle: { color: INK, fontSize: 13, lineHeight: 19, rich: { head: { fontWeight: 600, lineHeight: 22 } } },
      formatter: tell(data),
    },
    series: [planned(data), ...done(data), ...ahead(data), marks(data)],
  });

  const draw = (data) => {
    if (!data.points.length) return;
    place.hidden = false;
    box.classList.add("gm-burn-box--live");
    const chart = echarts.init(place, null, { renderer: "canvas" });
    try {
      chart.setOption(option(data));
    } catch (error) {
      // The drawing comes back; the mistake is still told to whoever looks.
      chart.dispose();
      place.hidden = true;
      box.classList.remove("gm-burn-box--live");
      throw error;
    }
    new ResizeObserver(() => chart.resize()).observe(place);
  };

  fetch(box.dataset.gmCurve, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText))))
    .then(draw)
    .catch((error) => console.warn(error));
})();
