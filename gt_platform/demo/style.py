"""The look of the demo's report: one style sheet, no font, image or script from anywhere."""

STYLE = """
:root{color-scheme:light dark;--paper:#fbfaf7;--card:#fff;--ink:#1c1e22;--soft:#62666e;--line:#e4e1da;--zone:#f4efe4;
--score:#1f5f8b;--band:#1f5f8b2b;--gold:#c58a10;--edge:#fff;--naive:#8d8a84;--bad:#b9431c;--good:#2f7d55;
--calm:#dfe5e3;--c0:#3d6f97;--c1:#d08c5b;--c2:#8f6aa5;--c3:#6f9a6a;--serif:"Iowan Old Style",Palatino,Georgia,serif}
@media(prefers-color-scheme:dark){:root{--paper:#131519;--card:#1a1d22;--ink:#e9e6df;--soft:#9a9ea6;--line:#2d3138;
--zone:#1b1a1b;--score:#74b9e8;--band:#74b9e82e;--gold:#e8b341;--edge:#131519;--naive:#85898f;--bad:#f0814f;--good:#6cc596;
--calm:#2a3236;--c0:#5b93c0;--c1:#d99a6c;--c2:#a785bd;--c3:#86b380}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 system-ui,"Segoe UI",Roboto,sans-serif}
main{max-width:1000px;margin:0 auto;padding:56px 24px 72px}
h1,h2,.big{font-family:var(--serif);font-weight:600;line-height:1.15;letter-spacing:-.01em}
h1{font-size:clamp(30px,5vw,46px);margin:6px 0 18px;max-width:19em;text-wrap:balance}
h2{font-size:25px;margin:64px 0 6px}
h3{font-size:15px;margin:0 0 4px}
p{margin:0 0 14px;max-width:43em}
.eyebrow{color:var(--soft);font-size:13px;letter-spacing:.09em;text-transform:uppercase;margin:0}
.lede{font-size:18px;color:var(--soft)}
.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:1px;background:var(--line);border:1px solid var(--line);
border-radius:12px;overflow:hidden;margin:34px 0 0}
.tile{background:var(--card);padding:18px 20px 16px}
.big{font-size:32px;font-variant-numeric:tabular-nums;white-space:nowrap}
.tile span{display:block;color:var(--soft);font-size:13.5px;line-height:1.4;margin-top:6px}
figure{margin:22px 0 0}
figcaption,.legend{color:var(--soft);font-size:13.5px;line-height:1.5}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;margin:0 0 8px;max-width:none}
.legend span{display:inline-flex;align-items:center;gap:7px}
.legend svg{width:16px;height:14px;flex:none}
svg{display:block;width:100%;height:auto;overflow:visible;font-family:inherit}
.narrow{display:none}
text{fill:var(--soft);font-size:12px;font-variant-numeric:tabular-nums}
.note{font-size:11.5px;font-style:italic}
.value{fill:var(--score);font-weight:600;font-size:13px}
.grid{stroke:var(--line);stroke-width:1}
.axis{stroke:var(--line);stroke-width:2;stroke-linecap:round}
.after{fill:var(--zone)}
.gate{stroke:var(--soft);stroke-width:1.2;stroke-dasharray:5 4}
.band{fill:var(--band)}
.scoreline{stroke:var(--score);stroke-width:2.5;stroke-linecap:round}
.whisker{stroke:var(--score);stroke-width:2.5;stroke-linecap:round}
circle.score{fill:var(--score)}
.gold{fill:var(--gold);stroke:var(--edge);stroke-width:1.2}
circle.naive{fill:none;stroke:var(--naive);stroke-width:2}
.c0{fill:var(--c0)}.c1{fill:var(--c1)}.c2{fill:var(--c2)}.c3{fill:var(--c3)}
.v-reference{fill:none;stroke:var(--line);stroke-width:1.5}
.v-no_drift{fill:var(--calm)}.v-drift{fill:var(--bad)}
.v-insufficient_evidence{fill:var(--line);opacity:.6}
.scroll{overflow-x:auto;margin:20px -24px 0;padding:0 24px}
table{border-collapse:collapse;width:100%;font-size:14.5px;font-variant-numeric:tabular-nums}
th{color:var(--soft);font-weight:500;font-size:13px;text-align:right;padding:6px 10px;
border-bottom:1px solid var(--line)}
td{padding:7px 10px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child,td:first-child{text-align:left;padding-left:0}
th:last-child,td:last-child{padding-right:0}
tr.whole td{font-weight:600;border-top:1px solid var(--soft)}
td .bar{width:168px;margin-left:auto}
td small{color:var(--soft);font-weight:400;font-size:13px}
.in{color:var(--good)}.out{color:var(--bad);font-weight:600}
.funnel{display:grid;grid-template-columns:max-content 1fr;gap:9px 18px;align-items:center;margin-top:20px}
.funnel dt{text-align:right;color:var(--soft);font-size:14.5px}
.funnel dd{margin:0;display:flex;align-items:center;gap:12px;font-weight:600;font-variant-numeric:tabular-nums}
.funnel small{color:var(--soft);font-weight:400;font-size:13.5px}
.funnel i{display:block;height:20px;min-width:3px;border-radius:4px;background:var(--score);opacity:.85}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:28px 48px;margin-top:20px}
dl.words{margin:20px 0 0;display:grid;grid-template-columns:1fr 1fr;gap:22px 48px}
dl.words dt{font-weight:600}
dl.words dd{margin:2px 0 0;color:var(--soft);font-size:15px}
ul{margin:6px 0 0;padding-left:1.1em;color:var(--soft);font-size:15px}
li{margin-bottom:7px}
footer{margin-top:64px;padding-top:18px;border-top:1px solid var(--line);color:var(--soft);font-size:13.5px}
@media(max-width:720px){
main{padding:32px 18px 48px}
.tiles{grid-template-columns:1fr 1fr}.tile{padding:14px}.big{font-size:25px}
.pair,dl.words{grid-template-columns:1fr}
.wide{display:none}.narrow{display:block}
.scroll{margin:16px -18px 0;padding:0 18px}
.scroll th:nth-child(2),.scroll td:nth-child(2),.scroll th:nth-child(3),.scroll td:nth-child(3){display:none}
td,th{padding-left:7px;padding-right:7px}
h2{margin-top:48px}
.funnel{grid-template-columns:1fr;gap:2px}.funnel dt{text-align:left}.funnel dd{margin-bottom:10px}
}
@media print{body{background:#fff}.scroll{overflow:visible}}
"""
