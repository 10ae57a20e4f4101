'use client';

/** When not even the frame of the pages can be made; it stands alone, so in both languages. */
export default function GlobalError() {
  return (
    <html lang="en">
      <body>
        <main>
          <h1>Silt</h1>
          <p>The server could not answer. Its log has the details.</p>
          <p lang="zh-CN">服务器无法响应，详情见其日志。</p>
          <button type="button" onClick={() => window.location.reload()}>
            Try again · 重试
          </button>
        </main>
      </body>
    </html>
  );
}
