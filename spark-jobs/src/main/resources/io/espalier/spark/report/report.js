'use strict';
const charts = JSON.parse(document.getElementById('charts').textContent);
const dark = matchMedia('(prefers-color-scheme: dark)');
// Okabe and Ito's colours, which colour-blind readers can tell apart.
const palette = {
  light: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#5c5c5c'],
  dark: ['#56b4e9', '#ff8c42', '#2fc59a', '#e6a3c8', '#f0c04a', '#9dd3f5', '#bdbdbd'],
};
const drawn = [];

const whiskers = {
  id: 'whiskers',
  afterDatasetsDraw(chart) {
    const pen = chart.ctx;
    chart.data.datasets.forEach((dataset, index) => {
      if (!dataset.low || !chart.isDatasetVisible(index)) return;
      chart.getDatasetMeta(index).data.forEach((element, i) => {
        if (dataset.low[i] == null || dataset.high[i] == null) return;
        const { min, max } = chart.scales.y;
        if (dataset.low[i] > max || dataset.high[i] < min) return;
        const top = chart.scales.y.getPixelForValue(Math.min(dataset.high[i], max));
        const bottom = chart.scales.y.getPixelForValue(Math.max(dataset.low[i], min));
        pen.save();
        pen.strokeStyle = chart.options.color;
        pen.lineWidth = 1.5;
        pen.beginPath();
        pen.moveTo(element.x, top);
        pen.lineTo(element.x, bottom);
        for (const end of [top, bottom]) {
          pen.moveTo(element.x - 5, end);
          pen.lineTo(element.x + 5, end);
        }
        pen.stroke();
        pen.restore();
      });
    });
  },
};

// What lies beyond the axis stands at its edge, with its value. Labels keep clear of each other.
const beyond = {
  id: 'beyond',
  afterDatasetsDraw(chart) {
    const pen = chart.ctx;
    const taken = [];
    pen.save();
    pen.fillStyle = chart.options.color;
    pen.font = '12px system-ui, sans-serif';
    pen.textBaseline = 'middle';
    chart.data.datasets.forEach((dataset, index) => {
      if (!dataset.real || !chart.isDatasetVisible(index)) return;
      chart.getDatasetMeta(index).data.forEach((element, i) => {
        const shown = dataset.data[i];
        if (!shown || shown.y == null || shown.y === dataset.real[i]) return;
        const up = dataset.real[i] > shown.y;
        const label = `${up ? '↑' : '↓'} ${dataset.label} ${dataset.real[i]}`;
        const width = pen.measureText(label).width;
        const left = element.x - 11 - width > chart.chartArea.left
          ? element.x - 11 - width : element.x + 11;
        let y = element.y + (up ? 8 : -8);
        const clash = (box) => Math.abs(box.y - y) < 14
          && left < box.left + box.width + 4 && box.left < left + width + 4;
        while (taken.some(clash)) y += up ? 14 : -14;
        taken.push({ left, width, y });
        pen.fillText(label, left, y);
      });
    });
    pen.restore();
  },
};

function within(chart, points) {
  const least = chart.least ?? -Infinity;
  const most = chart.most ?? Infinity;
  return points.map((point) => (point.y == null ? point
    : { x: point.x, y: Math.min(most, Math.max(least, point.y)) }));
}

function numeric(chart) {
  return chart.kind === 'scatter' || chart.kind === 'line';
}

function colours() {
  return palette[dark.matches ? 'dark' : 'light'];
}

function datasets(chart) {
  return chart.series.map((name, index) => ({
    label: name,
    data: numeric(chart) ? within(chart, chart.points[index]) : chart.points[index],
    real: numeric(chart) ? chart.points[index].map((point) => point.y) : null,
    low: chart.low ? chart.low[index] : null,
    high: chart.high ? chart.high[index] : null,
    backgroundColor: colours()[index % colours().length],
    borderColor: colours()[index % colours().length],
    pointRadius: 7,
    pointHoverRadius: 9,
    showLine: chart.kind === 'line' && chart.points[index].length > 1,
    pointStyle: numeric(chart)
      ? ['circle', 'rect', 'triangle', 'rectRot'][index % 4] : 'rect',
    maxBarThickness: 48,
  }));
}

function tooltip(chart) {
  return {
    label(item) {
      const set = item.dataset;
      const value = numeric(chart) ? `${set.real[item.dataIndex]} at ${item.parsed.x}`
        : `${item.parsed.y}`;
      const range = set.low && set.low[item.dataIndex] != null
        ? ` (${set.low[item.dataIndex]} to ${set.high[item.dataIndex]})` : '';
      return `${set.label}: ${value}${range}`;
    },
  };
}

function draw(canvas, chart) {
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue('--ink').trim();
  const line = style.getPropertyValue('--line').trim();
  const scatter = numeric(chart);
  const top = chart.high ? Math.max(...chart.high.flat().filter((v) => v != null)) : undefined;
  const values = chart.most === undefined
    ? { suggestedMax: top, grace: '5%' } : { max: chart.most };
  if (chart.least !== undefined) values.min = chart.least;
  const axis = (title) => ({
    title: { display: Boolean(title), text: title, color: ink },
    ticks: { color: ink },
    grid: { color: line },
    beginAtZero: true,
    stacked: chart.kind === 'stacked',
  });
  return new Chart(canvas, {
    type: scatter ? 'scatter' : 'bar',
    data: { labels: chart.labels, datasets: datasets(chart) },
    plugins: [whiskers, beyond],
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      color: ink,
      scales: { x: axis(chart.xUnit), y: { ...axis(chart.unit), ...values } },
      plugins: {
        legend: { position: 'bottom', labels: { color: ink, usePointStyle: true }, display: chart.series.length > 1 || scatter },
        tooltip: { callbacks: tooltip(chart) },
      },
    },
  });
}

function drawAll() {
  drawn.splice(0).forEach((chart) => chart.destroy());
  charts.forEach((chart) => {
    const canvas = document.getElementById(chart.id);
    const plot = draw(canvas, chart);
    drawn.push(plot);
    const ink = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    const figure = canvas.closest('figure');
    figure.dataset.drawn = String(ink.some((value) => value !== 0));
    figure.dataset.marks = String(plot.data.datasets.flatMap((set, index) => set.data.filter(
      (value, i) => value != null && Number.isFinite(plot.getDatasetMeta(index).data[i].y))).length);
  });
}

drawAll();
dark.addEventListener('change', drawAll);
addEventListener('beforeprint', () => {
  document.querySelectorAll('details').forEach((table) => { table.open = true; });
  drawn.forEach((chart) => chart.resize());
});
